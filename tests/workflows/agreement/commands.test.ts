import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Command } from '../../../domain/agreement/command.ts';
import { propose } from '../../../domain/agreement/proposal.ts';
import { AGREEMENT_LIFECYCLE, lifecycleId } from '../../../workflows/agreement/messages.ts';
import { newRules } from '../../../workflows/messages.ts';
import { aProposal, bothSign, by, command, theWayToSigning } from '../../support/agreements.ts';
import { askFor } from '../../support/asked.ts';
import { holders, offices } from '../../support/cast.ts';
import { counterOf, gateAfter } from '../../support/gates.ts';
import { aLifecycle, aSignedLifecycle, audited } from '../../support/recorded.ts';
import { anEngine, writeNote } from '../../support/stage.ts';
import type { Engine } from '../../support/stage.ts';

const day = '2024-01-08';
const { mitraLabour, mitraLegal, tondano } = offices;

let engine: Engine;
beforeAll(async () => {
  engine = await anEngine(day);
});
afterAll(() => engine.stop());

/** A number for a party, with its text already beside the agreement. */
async function numbering(id: string, text: string, who: typeof by.proposer | typeof by.branch) {
  const numberNoteId = randomUUID();
  await writeNote(engine.ownerUrl, { id: numberNoteId, agreementId: id, text });
  return command('recordNumber', day, who, { party: who.officeId, numberNoteId, dated: day });
}

function redating(end: string, start = '2024-02-01') {
  const term = { start, end };
  return command('changeDates', day, by.proposer, { term, reasonNoteId: 'why' });
}

async function eventCount(id: string): Promise<number> {
  const { events } = await engine.handle(id).fetchHistory();
  return events?.length ?? 0;
}

async function refusalOfSaying(id: string, said: Command): Promise<unknown> {
  const error: unknown = await engine.say(id, said).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WorkflowUpdateFailedError)) return error;
  const { type, details, message } = error.cause as ApplicationFailure;
  return { type, params: details?.[0], message };
}

describe('plain commands', () => {
  test('that are refused leave no trace in history or in PostgreSQL', async () => {
    const { id } = await aLifecycle(engine, [redating('2024-11-30')]);
    const before = await eventCount(id);

    const refusal = await refusalOfSaying(id, command('submit', day, by.branch));

    // Ids and codes only: the failure is stored nowhere, but it travels.
    expect(refusal).toEqual({
      type: 'NotYourTurn',
      params: { desk: tondano, onTurn: [mitraLabour] },
      message: 'NotYourTurn',
    });
    expect(await eventCount(id)).toBe(before);
    expect(await audited(engine, id)).toHaveLength(2);
  });

  test('are answered with the version they led to', async () => {
    const { id } = await aLifecycle(engine);

    const answer = await engine.say(id, command('submit', day, by.proposer));

    expect(answer).toEqual({ version: 2, refusal: null });
    expect((await engine.stored(id)).version).toBe(2);
  });

  test('know when somebody else was faster', async () => {
    const { id } = await aLifecycle(engine, [redating('2024-11-30')]);

    const refusal = await refusalOfSaying(id, { ...redating('2024-10-31'), expectedRevision: 1 });

    expect(refusal).toMatchObject({
      type: 'VersionStale',
      params: { expected: 1, current: 2 },
    });
  });

  test('given by many at once are all done, once each, and readers see what they come to', async () => {
    const names = Array.from({ length: 21 }, (_, index) => `langkah ${index}`);
    const approvals = names.map((name) => ({ id: name, offices: [mitraLegal], after: [] }));
    const led = theWayToSigning(day).slice(0, 3);
    const { id } = await aLifecycle(engine, led, { approvals });
    const many = names.slice(1).map((step) => command('approve', day, by.legal, { step }));

    const answers = await Promise.all(many.map((each) => engine.say(id, each)));

    const told = await audited(engine, id);
    const stored = await engine.stored(id);
    expect(answers.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 5),
    );
    expect(told.map(({ key }) => key).sort()).toEqual(
      [stored.created, ...led, ...many].map(({ commandId }) => commandId).sort(),
    );
    expect(stored.version).toBe(24);
    expect(stored.approvals.filter(({ approval }) => approval === null)).toHaveLength(1);
  });

  test('that arrive while a stage ends are done in the next run', async () => {
    const { id } = await aLifecycle(engine);
    const ends = Array.from({ length: 10 }, (_, index) => `2024-11-${String(index + 10)}`);

    const answers = await Promise.all([
      ...ends.slice(0, 5).map((end) => engine.say(id, redating(end))),
      engine.say(id, command('submit', day, by.proposer)),
      ...ends.slice(5).map((end) => engine.say(id, redating(end))),
    ]);

    expect(answers.every(({ refusal }) => refusal === null)).toBe(true);
    expect(await engine.stored(id)).toMatchObject({ version: 12, stage: 'drafting' });
    expect(await audited(engine, id)).toHaveLength(12);
  });
});

describe('the same command again', () => {
  test('after continue-as-new has the same answer and no second effect', async () => {
    const [first, ...others] = theWayToSigning(day);
    const { id } = await aLifecycle(engine, [first!]);
    const { runId } = await engine.handle(id).describe();
    await engine.say(id, others[0]!);

    const again = await engine.say(id, first!);

    expect((await engine.handle(id).describe()).runId).not.toBe(runId);
    expect(again).toMatchObject({ version: 2, refusal: null });
    expect(await engine.stored(id)).toMatchObject({ version: 3, stage: 'review' });
    expect(await audited(engine, id)).toHaveLength(3);
  });

  test('in a new budget year, too', async () => {
    const { id } = await aSignedLifecycle(engine, {
      on: day,
      term: { start: '2024-02-01', end: '2025-06-30' },
    });
    await engine.until(id, '2024-12-20');
    const passing = command('passTurn', '2024-12-20', by.proposer, { to: tondano });
    const first = await engine.say(id, passing);
    await engine.until(id, '2025-03-02');

    const again = await engine.say(id, passing);

    expect(again.version).toBe(first.version);
    const told = await audited(engine, id);
    expect(told.filter(({ key }) => key === passing.commandId)).toHaveLength(1);
    expect((await engine.stored(id)).turn).toEqual({ desks: [tondano], since: '2024-12-20' });
  });

  test('that was refused after a reservation is refused again, without asking again', async () => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));
    const wrongHolder = command('sign', day, by.proposer, {
      party: mitraLabour,
      actedBy: { kind: 'holder', id: holders.labourHeadMinahasa },
      signedOn: day,
    });
    const first = await engine.say(id, wrongHolder);
    const back = command('return', day, by.branch, { reasonNoteId: 'why' });
    await engine.say(id, back);

    const again = await engine.say(id, wrongHolder);

    expect(first.refusal?.code).toBe('SignatoryWithoutAuthority');
    expect(again.refusal?.code).toBe(first.refusal?.code);
  });

  test('is known among the last 16, across stages', async () => {
    const many = Array.from({ length: 18 }, (_, index) =>
      redating(index % 2 ? '2024-11-30' : '2024-12-31'),
    );
    const { id } = await aLifecycle(engine, [command('submit', day, by.proposer), ...many]);
    await engine.say(id, command('submit', day, by.proposer));
    const { version, recentCommands } = await engine.stored(id);

    const again = await engine.say(id, many[10]!);

    expect(recentCommands).toHaveLength(16);
    expect(version).toBe(21);
    expect(again).toMatchObject({ version: 13, refusal: null });
    expect((await engine.stored(id)).version).toBe(21);
  });
});

describe('reserving commands', () => {
  test('take the number in PostgreSQL and enter it', async () => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));
    const ours = await numbering(id, 'B/12/DTK/I-2024', by.proposer);

    const answer = await engine.say(id, ours);

    expect(answer.refusal).toBeNull();
    expect((await engine.stored(id)).parties[0]?.number).toEqual({
      reservationId: ours.commandId,
      noteId: ours.numberNoteId,
      dated: day,
    });
    expect(
      await engine.ask(
        'select number, year, kind from number_reservation where agreement_id = $1',
        [id],
      ),
    ).toEqual([{ number: 'B/12/DTK/I-2024', year: 2024, kind: 'pks' }]);
  });

  test('are refused a number that another agreement of the same office bears', async () => {
    const one = await aLifecycle(engine, theWayToSigning(day));
    const other = await aLifecycle(engine, theWayToSigning(day));
    await engine.say(one.id, await numbering(one.id, '77/PKS/2024', by.branch));

    const answer = await engine.say(
      other.id,
      await numbering(other.id, ' 77 / pks / 2024', by.branch),
    );

    expect(answer.refusal).toMatchObject({
      code: 'NumberTaken',
      params: { party: tondano, kind: 'pks', year: 2024 },
    });
    expect((await engine.stored(other.id)).parties[1]?.number).toBeNull();
    expect(
      await engine.ask('select from number_reservation where agreement_id = $1', [other.id]),
    ).toHaveLength(0);
  });

  test('of two who give one number at the same time serve one', async () => {
    const agreements = await Promise.all(
      [1, 2].map(() => aLifecycle(engine, theWayToSigning(day))),
    );

    const answers = await Promise.all(
      agreements.map(async ({ id }) =>
        engine.say(id, await numbering(id, '99/PKS/2024', by.branch)),
      ),
    );

    expect(answers.map(({ refusal }) => refusal?.code ?? 'granted').sort()).toEqual([
      'NumberTaken',
      'granted',
    ]);
  });

  test.each([
    ['of nobody we know', randomUUID(), 'SignatoryUnknown'],
    ['of another government', holders.labourHeadMinahasa, 'SignatoryWithoutAuthority'],
    ['of an office beside', holders.legalHeadMitra, 'SignatoryWithoutAuthority'],
    ['of a regent not yet in office', holders.regentMitra, 'SignatoryWithoutAuthority'],
  ])('are refused a signature %s', async (_whose, holder, code) => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));

    const { refusal } = await engine.say(
      id,
      command('sign', day, by.proposer, {
        party: mitraLabour,
        actedBy: { kind: 'holder', id: holder },
        signedOn: day,
      }),
    );

    expect(refusal?.code).toBe(code);
    expect((await engine.stored(id)).parties[0]?.signature).toBeNull();
    expect(
      await engine.ask('select from signature_reservation where agreement_id = $1', [id]),
    ).toEqual([]);
  });

  test('let a head of region sign for an office below', async () => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));

    const { refusal } = await engine.say(
      id,
      command('sign', day, by.proposer, {
        party: mitraLabour,
        actedBy: { kind: 'holder', id: holders.actingRegentMitra },
        signedOn: day,
      }),
    );

    expect(refusal).toBeNull();
  });
});

describe('what is asked while a reservation is under way', () => {
  const reservationHeld = async () => {
    const gate = gateAfter('reserveForAgreement');
    const held = await anEngine(day, { parts: { activityInterceptors: gate.interceptors } });
    const { id } = await aLifecycle(held, theWayToSigning(day));
    return { gate, held, id, signing: bothSign(day)[0]! };
  };

  test('is decided after it: a withdrawal gives back what was signed', async () => {
    const { gate, held, id, signing } = await reservationHeld();

    const signed = held.say(id, signing);
    await gate.reached;
    const reserved = await held.ask('select command_id from signature_reservation');
    const withdrawn = held.say(id, command('withdraw', day, by.branch, { reasonNoteId: 'why' }));
    gate.open();

    expect(reserved).toEqual([{ command_id: signing.commandId }]);
    expect(await signed).toEqual({ version: 6, refusal: null });
    expect(await withdrawn).toEqual({ version: 7, refusal: null });
    expect(await held.ask('select from signature_reservation')).toEqual([]);
    expect((await audited(held, id)).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await held.stop();
  });

  test('is decided after it: a return finds the signature', async () => {
    const { gate, held, id, signing } = await reservationHeld();

    const signed = held.say(id, signing);
    await gate.reached;
    const returned = held.say(id, command('return', day, by.branch, { reasonNoteId: 'why' }));
    gate.open();

    expect(await signed).toEqual({ version: 6, refusal: null });
    expect(await returned).toMatchObject({ version: 6, refusal: { code: 'StageForbids' } });
    await held.stop();
  });

  test('does not ask PostgreSQL for what the rules forbid by then', async () => {
    const { count, interceptors } = counterOf('reserveForAgreement');
    const counted = await anEngine(day, { parts: { activityInterceptors: interceptors } });
    const { id } = await aLifecycle(counted, theWayToSigning(day));
    const notes = ['1', '2', '3', '4', '5'].map((text) => ({ id: randomUUID(), text }));
    for (const note of notes) await writeNote(counted.ownerUrl, { ...note, agreementId: id });

    const answers = await Promise.allSettled(
      notes.map((note) =>
        counted.say(
          id,
          command('recordNumber', day, by.proposer, {
            party: mitraLabour,
            numberNoteId: note.id,
            dated: day,
          }),
        ),
      ),
    );

    const granted = answers.filter((each) => each.status === 'fulfilled' && !each.value.refusal);
    expect(count).toMatchObject({ most: 1, all: 1 });
    expect(granted).toHaveLength(1);
    expect((await counted.stored(id)).version).toBe(6);
    await counted.stop();
  });
});

describe('a command that the API has not asked for', () => {
  test('is refused when it is recorded, and changes nothing', async () => {
    const { id } = await aLifecycle(engine);

    const answer = await engine.tell(id, command('submit', day, by.proposer));

    expect(answer).toEqual({ version: 1, refusal: { code: 'CommandUnknown', params: {} } });
    expect(await engine.stored(id)).toMatchObject({ version: 1, stage: 'proposal' });
    expect(await audited(engine, id)).toHaveLength(1);
    expect((await engine.say(id, command('submit', day, by.proposer))).refusal).toBeNull();
  });

  test('is refused what it would reserve', async () => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));

    const answer = await engine.tell(id, bothSign(day)[0]!);

    expect(answer.refusal?.code).toBe('CommandUnknown');
    expect(
      await engine.ask('select from signature_reservation where agreement_id = $1', [id]),
    ).toEqual([]);
  });

  test('is refused in the name of another person than the one who asked', async () => {
    const { id } = await aLifecycle(engine);
    const asked = command('submit', day, by.proposer);
    await askFor(engine, id, asked);

    const answer = await engine.tell(id, {
      ...asked,
      recordedBy: { ...asked.recordedBy, userId: 'legal-mitra' },
    });

    expect(answer.refusal?.code).toBe('CommandUnknown');
  });

  test('is refused for another agreement than the one that was asked for', async () => {
    const [one, other] = [await aLifecycle(engine), await aLifecycle(engine)];
    const asked = command('submit', day, by.proposer);
    await engine.say(one.id, asked);

    const answer = await engine.tell(other.id, asked);

    expect(answer.refusal?.code).toBe('CommandUnknown');
    expect((await engine.stored(other.id)).version).toBe(1);
  });

  test('begins no agreement', async () => {
    const proposed = propose(aProposal());
    const outcome = await engine.client.workflow.execute(AGREEMENT_LIFECYCLE, {
      taskQueue: engine.taskQueue,
      workflowId: lifecycleId(proposed.id),
      args: [{ ...proposed, clockOffset: engine.clockOffset }],
    });

    expect(outcome).toMatchObject({ refusal: { code: 'CommandUnknown' } });
    expect(await engine.ask('select from agreement where id = $1', [proposed.id])).toEqual([]);
  });
});

describe('what the engine notes for itself', () => {
  test("leaves people's open forms good: a renewal, newer rules, a reminder", async () => {
    const { id } = await aSignedLifecycle(engine, {
      on: day,
      term: { start: day, end: '2024-12-31' },
    });
    const { revision: read, version } = await engine.stored(id);
    await aLifecycle(engine, [], {
      renewalOf: id,
      term: { start: '2025-01-01', end: '2025-12-31' },
    });
    await engine.handle(id).signal(newRules, { rulesVersion: 2 });
    await engine.until(id, '2024-07-05');

    const later = command('passTurn', '2024-07-05', by.proposer, { to: tondano });
    const answer = await engine.say(id, { ...later, expectedRevision: read });

    expect(answer.refusal).toBeNull();
    expect(answer.version).toBeGreaterThan(version + 2);
    expect((await engine.stored(id)).revision).toBe(read + 1);
  });
});
