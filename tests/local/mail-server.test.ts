/** `npm start` with a mail server that nobody vouches for, as Debian's Postfix is installed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../local/port.ts';
import { aCertificate } from '../support/certificates.ts';
import type { Certificate } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { aMailServer } from '../support/post-office.ts';
import type { MailServer } from '../support/post-office.ts';
import { aStartingPlace } from '../support/started-here.ts';
import type { StartingPlace } from '../support/started-here.ts';

const IN_A_SENTENCE =
  /Mail cannot leave since 20\d\d-\d\d-\d\dT\S+Z: the mail server shows a certificate that nobody known here has signed \(ESOCKET DEPTH_ZERO_SELF_SIGNED_CERT\)\. Name its file by SMTP_CA/;

let certificate: Certificate;
let server: MailServer;
let place: StartingPlace;
let workerPort: number;
beforeAll(async () => {
  certificate = aCertificate('IP:127.0.0.1');
  const port = await freePort();
  workerPort = await freePort();
  server = await aMailServer(port, { disabledCommands: ['AUTH'], ...certificate });
  place = await aStartingPlace({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    WORKER_PORT: String(workerPort),
  });
});
afterAll(async () => {
  await place.remove();
  await server.close();
  certificate.remove();
});

// A busy machine may take longer than the two seconds that a check of `/readyz` waits.
const readiness = (url: string) =>
  eventually(
    async () => {
      const answer = await fetch(`${url}/readyz`);
      const { status, detail } = (await answer.json()) as { status: string; detail: object };
      const isKnown = !JSON.stringify(detail ?? {}).includes('no answer');
      return answer.ok && isKnown ? { status, detail } : undefined;
    },
    { waitingFor: `${url}/readyz` },
  );

test('the start, `/readyz` of both processes and the log say that mail cannot leave', async () => {
  const running = await place.start();
  const [api, worker] = await Promise.all(
    [place.url, `http://127.0.0.1:${workerPort}`].map(readiness),
  );
  const { said } = await running.end('SIGTERM');

  const told = { status: 'ok', detail: { mail: expect.stringMatching(IN_A_SENTENCE) } };
  expect(said).toMatch(IN_A_SENTENCE);
  expect(api).toMatchObject(told);
  expect(worker).toMatchObject(told);
  expect(place.log('worker')).toContainEqual(
    expect.objectContaining({ code: 'certificate-unknown', level: 40 }),
  );
});

test('the start says nothing of mail when the certificate is named', async () => {
  const running = await place.start({ SMTP_CA: certificate.file });
  const { detail } = await readiness(place.url);
  const { said } = await running.end('SIGTERM');

  expect(detail).toEqual({ mail: 'ok' });
  expect(said).not.toContain('Mail cannot leave');
});

test('the start refuses a certificate that is none, in a sentence and at once', async () => {
  const { said, code } = await place.startInVain({ SMTP_CA: 'package.json' });

  expect(said).toContain('SMTP_CA names package.json, which is not a certificate.');
  expect(said).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
});
