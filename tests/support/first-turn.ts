/** The first thing that people do, against processes that run by themselves. */
import { signIn } from './api.ts';
import type { Reply } from './api.ts';
import { offices } from './cast.ts';
import { TEST_PASSWORD } from './test-servers.ts';
import { aPksBody } from './agreements-over-http.ts';

const TERM = { start: '2099-01-01', end: '2099-12-31' };

/** Proposes an agreement of this title at this address and hands it to the branch. */
export async function passATurn(url: string, title: string): Promise<Reply> {
  const proposer = await signIn(url, {
    email: 'proposer-mitra@example.test',
    password: TEST_PASSWORD,
    address: 1,
    origin: url,
  });
  const { body } = await proposer.post(
    '/agreements',
    aPksBody({ title, term: TERM, asMeant: true }),
  );
  return proposer.post(`/agreements/${body.id}/turns`, { to: offices.tondano });
}
