/** Agreements created over HTTP until they can be read, against the least a workflow can be. */
import { randomUUID } from 'node:crypto';
import { offices } from '../../tests/support/cast.ts';
import type { BenchEnvironment } from '../bench-environment.ts';
import { median, round, ROUNDS, spread } from '../row.ts';
import type { Row } from '../row.ts';

/** How many a second ten clients get, as a share of bare workflows. */
export async function creationRow(
  stage: BenchEnvironment,
  say: (line: string) => void,
): Promise<Row> {
  const each = 60;
  const create = async () => {
    const answer = await stage.post('proposer-mitra', '/agreements', aNewAgreement());
    if (answer.status !== 201) throw new Error(`creation answered ${answer.status}`);
    await answer.arrayBuffer();
  };
  const bare = () =>
    stage.client.workflow.execute('bareCreation', {
      taskQueue: 'bare',
      workflowId: `bare-${randomUUID()}`,
    });
  await perSecond(10, 20, create);
  await perSecond(10, 20, bare);
  const ours: number[] = [];
  const peers: number[] = [];
  for (let at = 0; at < ROUNDS; at += 1) {
    peers.push(await perSecond(10, each, bare));
    ours.push(await perSecond(10, each, create));
    say(
      `Creation, round ${at + 1} of ${ROUNDS}: ${round(ours.at(-1) ?? 0)}/s, bare ${round(peers.at(-1) ?? 0)}/s`,
    );
  }
  const ratios = ours.map((rate, at) => rate / (peers[at] ?? 1));
  return {
    metric: 'agreements created by API until readable, 10 clients',
    value: round(median(ratios)),
    unit: '× bare workflow with one regular activity',
    goal: 0.9,
    better: 'higher',
    against: `ours ${round(median(ours))}/s, bare ${round(median(peers))}/s; ratio ${spread(ratios)}`,
  };
}

/** How many pieces of work a second so many clients get done. */
async function perSecond(
  clients: number,
  pieces: number,
  work: () => Promise<unknown>,
): Promise<number> {
  let left = pieces;
  const began = performance.now();
  const client = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return pieces / ((performance.now() - began) / 1000);
}

/** A proposal of the labour office and a branch. */
export function aNewAgreement() {
  return {
    kind: 'pks',
    title: 'PKS Pekerja Rentan',
    form: 'perjanjian-kerja-sama',
    legalBasis: 'ksdpk',
    term: { start: '2027-01-01', end: '2027-12-31' },
    region: '71.07',
    proposer: offices.mitraLabour,
    parties: [
      { office: offices.mitraLabour, side: 'government' },
      { office: offices.tondano, side: 'bpjs' },
    ],
    approvals: [{ id: 'hukum', offices: [offices.mitraLegal] }],
  };
}
