import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agreementEntity } from '../../../activities/agreement/entity.ts';
import { recordingOf } from '../../../activities/recording.ts';
import { begin, propose } from '../../../domain/agreement/proposal.ts';
import type { Term } from '../../../domain/shared/day.ts';
import { AGREEMENT_LIFECYCLE, lifecycleId } from '../../../workflows/agreement/messages.ts';
import type { EntityResult } from '../../../workflows/messages.ts';
import { aProposal, by, command, theWayToSigning } from '../../support/agreements.ts';
import { askFor } from '../../support/asked.ts';
import { offices } from '../../support/cast.ts';
import { eventually } from '../../support/eventually.ts';
import { gateAfter } from '../../support/gates.ts';
import { aLock } from '../../support/locks.ts';
import { aLifecycle, aLifecycleFrom, audited, queued } from '../../support/recorded.ts';
import { anEngine, writeNote } from '../../support/stage.ts';
import type { Engine } from '../../support/stage.ts';

const day = '2024-01-08';
const { mitra, mitraLabour, mitraSocial, tondano } = offices;
const start = '2024-02-01';
const [APRIL, JUNE, SEPTEMBER, DECEMBER] = ['2024-04-30', '2024-06-30', '2024-09-30', '2024-12-31'];

let engine: Engine;
beforeAll(async () => {
  engine = await anEngine(day);
});
afterAll(() => engine.stop());

/** An MoU that lasts so long, whose text is on its way. */
const anMou = (end = DECEMBER, on = engine) =>
  aLifecycleFrom(on, [], {
    kind: 'mou',
    form: 'nota-kesepakatan',
    term: { start, end },
    proposer: mitra,
    proposingParty: mitra,
    parties: [
      { id: mitra, side: 'government', outside: false },
      { id: tondano, side: 'bpjs', outside: false },
    ],
  });

const under = (
  { id, term }: { id: string; term: Term },
  exceptionNoteId: string | null = null,
) => ({
  parent: { id, kind: 'mou' as const, stage: 'proposal' as const, term, exceptionNoteId },
});

/** An MoU until December and a PKS below it until June. */
async function aFamily(on = engine) {
  const mou = await anMou(DECEMBER, on);
  const pks = await aLifecycleFrom(on, [], { ...under(mou), term: { start, end: JUNE } });
  return { mou: mou.id, pks: pks.id };
}

const redating = (who: { officeId: string; userId?: string }, end: string) =>
  command('changeDates', day, who, { term: { start, end }, reasonNoteId: 'why' });
const shortenMou = (end: string) => redating({ officeId: mitra }, end);
const extendPks = (end: string) => redating(by.proposer, end);

const endsOf = async (...ids: string[]) =>
  Promise.all(ids.map(async (id) => (await engine.stored(id)).term.end));

const reservationsOf = (id: string, on = engine) =>
  on.ask('select command_id from term_reservation where agreement_id = $1', [id]);

/** Begins a PKS that may be refused, and answers what it came to. */
async function begun(
  only: Parameters<typeof aProposal>[0],
): Promise<[string, EntityResult | 'begun']> {
  const state = propose(aProposal(only));
  const { id, titleNoteId } = state;
  await writeNote(engine.ownerUrl, { id: titleNoteId, agreementId: id, text: 'PKS contoh' });
  await askFor(engine, state.id, state.created);
  const handle = await engine.client.workflow.start(AGREEMENT_LIFECYCLE, {
    taskQueue: engine.taskQueue,
    workflowId: lifecycleId(id),
    args: [{ ...state, clockOffset: engine.clockOffset }],
  });
  const recorded = eventually(() =>
    engine.stored(id).then(
      () => 'begun' as const,
      () => undefined,
    ),
  );
  recorded.catch(() => undefined);
  return [id, await Promise.race([handle.result() as Promise<EntityResult>, recorded])];
}

describe('an MoU shortened and its PKS extended at the same moment', () => {
  test('with the MoU ahead and not yet recorded, leave the PKS as it was', async () => {
    const { mou, pks } = await aFamily();
    const copy = await aLock(engine, 'agreement', `id = '${mou}'`);

    const shortened = engine.say(mou, shortenMou(JUNE));
    await copy.waitedFor;
    const extended = await engine.say(pks, extendPks(SEPTEMBER));
    await copy.letGo();

    expect(extended.refusal).toEqual({
      code: 'TermOutsideParent',
      params: { parent: mou, start, end: JUNE },
    });
    expect(await shortened).toEqual({ version: 2, refusal: null });
    expect(await endsOf(mou, pks)).toEqual([JUNE, JUNE]);
    expect(await reservationsOf(pks)).toEqual([]);
  });

  test('with the PKS ahead and not yet recorded, leave the MoU as it was', async () => {
    const { mou, pks } = await aFamily();
    const copy = await aLock(engine, 'agreement', `id = '${pks}'`);

    const extended = engine.say(pks, extendPks(SEPTEMBER));
    await copy.waitedFor;
    const shortened = await engine.say(mou, shortenMou(JUNE));
    await copy.letGo();

    expect(shortened.refusal).toEqual({
      code: 'ChildrenReachBeyond',
      params: { agreements: [pks] },
    });
    expect(await extended).toEqual({ version: 2, refusal: null });
    expect(await endsOf(mou, pks)).toEqual([DECEMBER, SEPTEMBER]);
    expect(await reservationsOf(mou)).toEqual([]);
  });

  test('and judged at the same moment, serve one', async () => {
    const { mou, pks } = await aFamily();
    const reservations = await aLock(engine, 'term_reservation');

    const both = Promise.all([
      engine.say(mou, shortenMou(JUNE)),
      engine.say(pks, extendPks(SEPTEMBER)),
    ]);
    await reservations.waitedFor;
    await eventually(
      async () => {
        const waiting = await engine.ask(
          `select from pg_locks where locktype = 'advisory' and not granted
           and database = (select oid from pg_database where datname = current_database())`,
        );
        return waiting.length > 0 || undefined;
      },
      { waitingFor: 'the other before the lock of the family' },
    );
    await reservations.letGo();

    const answers = (await both).map(({ refusal }) => refusal?.code ?? 'granted');
    const [mouEnd = '', pksEnd = ''] = await endsOf(mou, pks);
    expect(answers.filter((answer) => answer === 'granted')).toHaveLength(1);
    expect(answers).toContain(mouEnd === JUNE ? 'TermOutsideParent' : 'ChildrenReachBeyond');
    expect(pksEnd <= mouEnd).toBe(true);
  });

  test('many times over, always agree', async () => {
    const { mou, pks } = await aFamily();
    const ends = [APRIL, JUNE, SEPTEMBER, DECEMBER];

    const answers = await Promise.all(
      ends.flatMap((end) => [engine.say(mou, shortenMou(end)), engine.say(pks, extendPks(end))]),
    );

    // Without what each is told of the other, which has no version.
    const all = [...(await audited(engine, mou)), ...(await audited(engine, pks))];
    const told = all.filter(({ version }) => version !== undefined);
    expect(told).toHaveLength(2 + answers.filter(({ refusal }) => refusal === null).length);
    const [mouEnd = '', pksEnd = ''] = await endsOf(mou, pks);
    expect(pksEnd <= mouEnd).toBe(true);
    expect(await engine.ask('select from term_reservation')).toEqual([]);
  });
});

describe('a PKS that begins while its MoU is shortened', () => {
  test('was never there, when the MoU was ahead', async () => {
    const mou = await anMou();
    const copy = await aLock(engine, 'agreement', `id = '${mou.id}'`);
    const shortened = engine.say(mou.id, shortenMou(JUNE));
    await copy.waitedFor;

    const [id, outcome] = await begun({ ...under(mou), term: { start, end: SEPTEMBER } });
    await copy.letGo();

    expect(outcome).toEqual({
      refusal: { code: 'TermOutsideParent', params: { parent: mou.id, start, end: JUNE } },
    });
    expect(await shortened).toEqual({ version: 2, refusal: null });
    expect(await engine.ask('select from agreement where id = $1', [id])).toEqual([]);
    expect(await audited(engine, id)).toEqual([]);
  });

  test('keeps the MoU as it was, when it was ahead', async () => {
    const mou = await anMou();
    const chain = await aLock(engine, 'audit_head');
    const beginning = begun({ ...under(mou), term: { start, end: SEPTEMBER } });
    await chain.waitedFor;

    const shortened = engine.say(mou.id, shortenMou(JUNE));
    await chain.letGo();
    const [id, outcome] = await beginning;

    expect(outcome).toBe('begun');
    expect((await shortened).refusal).toEqual({
      code: 'ChildrenReachBeyond',
      params: { agreements: [id] },
    });
    expect(await endsOf(mou.id)).toEqual([DECEMBER]);
  });

  test('or while it is given up is refused, exception or not', async () => {
    const mou = await anMou();
    await engine.say(
      mou.id,
      command('withdraw', day, { officeId: mitra }, { reasonNoteId: 'why' }),
    );

    for (const exception of [null, 'why']) {
      const [, outcome] = await begun({ ...under(mou, exception), term: { start, end: JUNE } });
      expect(outcome).toMatchObject({ refusal: { code: 'ParentUnsuitable' } });
    }
  });

  test('stays, when its first recording is repeated after the MoU was shortened', async () => {
    const { database } = engine;
    const { record } = recordingOf(agreementEntity, {
      database,
      release: 'test',
      mailDomain: 'example.test',
    });
    const mou = await anMou();
    const only = { ...under(mou), term: { start, end: JUNE } };
    const change = begin(propose(aProposal(only)));
    const { id, titleNoteId, created: given } = change.state;
    await writeNote(engine.ownerUrl, { id: titleNoteId, agreementId: id, text: 'PKS contoh' });
    await askFor(engine, id, given);
    const first = await record({ change, cause: { by: 'person', given } });
    await engine.ask(
      `update agreement set state = jsonb_set(state, '{term,end}', $2) where id = $1`,
      [mou.id, JSON.stringify(APRIL)],
    );

    const again = await record({ change, cause: { by: 'person', given } });

    expect([first.refusal, again.refusal]).toEqual([null, null]);
  });
});

describe('dates that were reserved', () => {
  test('bind the family until they are recorded, and nobody after a withdrawal', async () => {
    const gate = gateAfter('reserveForAgreement');
    const held = await anEngine(day, { parts: { activityInterceptors: gate.interceptors } });
    const { mou, pks } = await aFamily(held);
    const shortening = shortenMou(JUNE);
    const shortened = held.say(mou, shortening);
    await gate.reached;
    const reserved = await reservationsOf(mou, held);
    const withdrawn = held.say(mou, command('withdraw', day, by.branch, { reasonNoteId: 'why' }));
    gate.open();

    expect(reserved).toEqual([{ command_id: shortening.commandId }]);
    expect(await shortened).toEqual({ version: 2, refusal: null });
    expect(await withdrawn).toEqual({ version: 3, refusal: null });
    expect(await reservationsOf(mou, held)).toEqual([]);
    expect(await held.stored(pks)).toMatchObject({ version: 1 });
    await held.stop();
  });

  test('are reserved once, also by an attempt that comes after the recording', async () => {
    const { reserve } = recordingOf(agreementEntity, {
      database: engine.database,
      release: 'test',
      mailDomain: 'example.test',
    });
    const { mou, pks } = await aFamily();
    const given = extendPks(SEPTEMBER);
    const before = await engine.stored(pks);
    await engine.say(pks, given);
    await engine.say(pks, extendPks(JUNE));

    const late = await reserve({ state: before, command: given });

    expect(late).toBeNull();
    expect(await reservationsOf(pks)).toEqual([]);
    expect((await engine.say(mou, shortenMou(JUNE))).refusal).toBeNull();
  });

  test('stay granted when they are asked for again after the MoU has changed', async () => {
    const { reserve } = recordingOf(agreementEntity, {
      database: engine.database,
      release: 'test',
      mailDomain: 'example.test',
    });
    const { mou, pks } = await aFamily();
    const asked = { state: await engine.stored(pks), command: extendPks(SEPTEMBER) };
    await askFor(engine, pks, asked.command);
    const first = await reserve(asked);
    await engine.ask(
      `update agreement set state = jsonb_set(state, '{term,end}', $2) where id = $1`,
      [mou, JSON.stringify(JUNE)],
    );

    expect([first, await reserve(asked)]).toEqual([null, null]);
  });
});

describe('an exception from the term of the MoU', () => {
  test('covers the term that it was given for, and no longer one', async () => {
    const { mou, pks } = await aFamily();
    const next = (month: string) => `2025-${month}`;
    const exception = { exceptionNoteId: randomUUID() };

    const plain = await engine.say(pks, extendPks(next('01-31')));
    const excepted = await engine.say(pks, { ...extendPks(next('01-31')), ...exception });
    const longer = await engine.say(pks, extendPks(next('02-28')));
    const shorter = await engine.say(pks, extendPks(next('01-15')));
    const shortened = await engine.say(mou, shortenMou(JUNE));
    const anew = await engine.say(pks, { ...extendPks(next('02-28')), ...exception });

    const codes = [plain, excepted, longer, shorter, shortened, anew].map(
      ({ refusal }) => refusal?.code ?? 'granted',
    );
    expect(codes).toEqual([
      'TermOutsideParent',
      'granted',
      'TermOutsideParent',
      'granted',
      'granted',
      'granted',
    ]);
  });
});

describe('other dates of a text that three parties review', () => {
  const parties = [
    { id: mitraLabour, side: 'government' as const, outside: false },
    { id: mitraSocial, side: 'government' as const, outside: false },
    { id: tondano, side: 'bpjs' as const, outside: false },
  ];

  test('bring it back to the one that had cleared it, by mail', async () => {
    const inReview = theWayToSigning(day).slice(0, 3);
    const { id } = await aLifecycle(engine, inReview, { parties });
    const redated = extendPks(SEPTEMBER);

    await engine.say(id, redated);

    expect(await engine.stored(id)).toMatchObject({
      stage: 'review',
      turn: { desks: [mitraSocial, tondano] },
    });
    const mails = (await queued(engine, id)).filter(({ cause }) => cause === redated.commandId);
    expect(mails.map(({ template, to }) => [template, to])).toEqual([
      // The other people of the parties are told of the change.
      ['dates-changed', 'legal-mitra@example.test'],
      ['dates-changed', 'social-mitra@example.test'],
      ['your-turn', 'head-tondano@example.test'],
      ['your-turn', 'officer-tondano@example.test'],
    ]);
  });
});
