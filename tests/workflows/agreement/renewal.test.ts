import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { propose } from '../../../domain/agreement/proposal.ts';
import { AGREEMENT_LIFECYCLE, lifecycleId } from '../../../workflows/agreement/messages.ts';
import { aProposal, bothSign, by, command, theWayToSigning } from '../../support/agreements.ts';
import { askFor } from '../../support/asked.ts';
import { eventually } from '../../support/eventually.ts';
import { aLifecycle, aSignedLifecycle, audited, queued } from '../../support/recorded.ts';
import { anEngine, writeNote } from '../../support/stage.ts';
import type { Engine } from '../../support/stage.ts';

const day = '2024-01-08';
const NEXT_YEAR = { start: '2025-01-01', end: '2025-12-31' };
const withdrawal = () => command('withdraw', day, by.branch, { reasonNoteId: 'why' });

let engine: Engine;
beforeAll(async () => {
  engine = await anEngine(day);
});
afterAll(() => engine.stop());

const anActiveLifecycle = () =>
  aSignedLifecycle(engine, { on: day, term: { start: day, end: '2024-12-31' } });

/** A renewal of this agreement, on its way since today. */
const aRenewal = (renewalOf: string, commands: Parameters<typeof aLifecycle>[1] = []) =>
  aLifecycle(engine, commands, { renewalOf, term: NEXT_YEAR });

/** Starts a renewal that may be refused, and answers what it came to. */
async function tryRenewal(renewalOf: string, only: Parameters<typeof aProposal>[0] = {}) {
  const state = propose(aProposal({ renewalOf, term: NEXT_YEAR, ...only }));
  await writeNote(engine.ownerUrl, {
    id: state.titleNoteId,
    agreementId: state.id,
    text: 'PKS lanjutan',
  });
  await askFor(engine, state.id, state.created);
  const { clockOffset } = await engine.stored(renewalOf);
  const handle = await engine.client.workflow.start(AGREEMENT_LIFECYCLE, {
    taskQueue: engine.taskQueue,
    workflowId: lifecycleId(state.id),
    args: [{ ...state, clockOffset }],
  });
  const recorded = eventually(() =>
    engine.stored(state.id).then(
      () => 'begun',
      () => undefined,
    ),
  );
  const outcome = await Promise.race([handle.result(), recorded]);
  recorded.catch(() => undefined);
  return { id: state.id, outcome };
}

const renewalOfStored = (id: string, state: string | null) =>
  eventually(async () => {
    const { renewal } = await engine.stored(id);
    return (renewal?.state ?? null) === state ? (renewal ?? null) : undefined;
  });

describe('a renewal', () => {
  test('tells its predecessor when it begins and when all have signed', async () => {
    const { id } = await anActiveLifecycle();
    const next = await aRenewal(id, theWayToSigning(day));

    const begun = await renewalOfStored(id, 'running');
    for (const each of bothSign(day)) await engine.say(next.id, each);
    const signed = await renewalOfStored(id, 'signed');

    expect(begun).toEqual({ id: next.id, state: 'running' });
    expect(signed).toEqual({ id: next.id, state: 'signed' });
    const told = (await audited(engine, id)).filter(({ key }) => key.startsWith('renewal/'));
    expect(told.map(({ key, events }) => [key, events])).toEqual([
      [
        `renewal/${next.id}/running`,
        [{ kind: 'renewal-moved', renewal: next.id, state: 'running' }],
      ],
      [`renewal/${next.id}/signed`, [{ kind: 'renewal-moved', renewal: next.id, state: 'signed' }]],
    ]);
  });

  test('is spoken of in reminders while it runs, and ends them when it is signed', async () => {
    const { id } = await anActiveLifecycle();
    const next = await aRenewal(id, theWayToSigning(day));
    await renewalOfStored(id, 'running');

    await engine.until(id, '2024-07-05');
    for (const each of bothSign(day)) await engine.say(next.id, each);
    await renewalOfStored(id, 'signed');
    await engine.until(id, '2025-01-02');

    const reminders = (await queued(engine, id)).filter(({ template }) => template !== 'your-turn');
    expect(reminders.map(({ day: on, template }) => `${on} ${template}`)).toEqual(
      Array.from({ length: 4 }, () => '2024-07-04 reminder'),
    );
    const states = (await audited(engine, id)).flatMap(({ events }) =>
      events.flatMap((each) =>
        each.kind === 'reminded' || each.kind === 'expired' ? [`${each.kind} ${each.renewal}`] : [],
      ),
    );
    expect(states).toEqual([
      'reminded running',
      ...Array.from({ length: 6 }, () => 'reminded signed'),
      'expired signed',
    ]);
  });

  test('that is withdrawn makes way for another', async () => {
    const { id } = await anActiveLifecycle();
    const first = await aRenewal(id);
    await renewalOfStored(id, 'running');
    const meanwhile = await tryRenewal(id);

    await engine.say(first.id, withdrawal());
    await renewalOfStored(id, null);
    const second = await tryRenewal(id);

    expect(meanwhile.outcome).toEqual({
      refusal: { code: 'RenewalRunning', params: { agreement: id, renewal: first.id } },
    });
    expect(second.outcome).toBe('begun');
    expect(await renewalOfStored(id, 'running')).toEqual({ id: second.id, state: 'running' });
  });

  test('of two that begin at the same time one begins', async () => {
    const { id } = await anActiveLifecycle();

    const both = await Promise.all([tryRenewal(id), tryRenewal(id)]);

    const begun = both.filter(({ outcome }) => outcome === 'begun');
    const refused = both.filter(({ outcome }) => outcome !== 'begun');
    expect(begun).toHaveLength(1);
    expect(refused).toMatchObject([
      { outcome: { refusal: { code: 'RenewalRunning', params: { renewal: begun[0]!.id } } } },
    ]);
    // What was refused was never there.
    expect(await engine.ask('select from agreement where id = $1', [refused[0]!.id])).toEqual([]);
    expect(await audited(engine, refused[0]!.id)).toEqual([]);
  });

  test('of what has expired finds nobody to tell, and begins all the same', async () => {
    const { id } = await anActiveLifecycle();
    await engine.until(id, '2025-02-01');

    const { id: late, outcome } = await tryRenewal(id, {
      term: { start: '2025-02-03', end: '2025-12-31' },
    });
    await engine.say(late, command('submit', day, by.proposer));

    expect(outcome).toBe('begun');
    expect((await engine.stored(id)).renewal).toBeNull();
    expect(
      await engine.ask('select * from renewal_reservation where predecessor_id = $1', [id]),
    ).toEqual([{ predecessor_id: id, successor_id: late }]);
  });

  test('of what was never in force is refused, and reserves nothing', async () => {
    const { id } = await aLifecycle(engine);

    const { outcome } = await tryRenewal(id);

    expect(outcome).toEqual({
      refusal: {
        code: 'NotRenewable',
        params: { agreement: id, stage: 'proposal', kind: 'pks' },
      },
    });
    expect(
      await engine.ask('select from renewal_reservation where predecessor_id = $1', [id]),
    ).toEqual([]);
  });
});
