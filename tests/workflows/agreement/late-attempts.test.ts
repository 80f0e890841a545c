/**
 * An attempt of an activity that Temporal has given up may still reach PostgreSQL, seconds or a
 * week later. It finds what was decided meanwhile and changes nothing.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agreementEntity } from '../../../activities/agreement/entity.ts';
import { recordingOf } from '../../../activities/recording.ts';
import { decide } from '../../../domain/agreement/decide.ts';
import type { ReservingCommand, Command } from '../../../domain/agreement/command.ts';
import { passMilestones } from '../../../domain/milestones.ts';
import { begin, propose } from '../../../domain/agreement/proposal.ts';
import { openingOf } from '../../../domain/shared/day.ts';
import {
  anActiveAgreement,
  aProposal,
  bothSign,
  by,
  command,
  theWayToSigning,
} from '../../support/agreements.ts';
import { askFor } from '../../support/asked.ts';
import { offices } from '../../support/cast.ts';
import { eventually } from '../../support/eventually.ts';
import { aLock } from '../../support/locks.ts';
import {
  aLifecycle,
  aLifecycleFrom,
  aSignedLifecycle,
  audited,
  queued,
} from '../../support/recorded.ts';
import { anEngine, writeNote } from '../../support/stage.ts';
import type { Engine } from '../../support/stage.ts';
import { milestone } from '../../../domain/shared/plan.ts';

const day = '2024-01-08';
const { mitraLabour } = offices;
const withdrawal = () => command('withdraw', day, by.branch, { reasonNoteId: 'why' });

let engine: Engine;
beforeAll(async () => {
  engine = await anEngine(day);
});
afterAll(() => engine.stop());

const parts = () => ({ database: engine.database, release: 'test', mailDomain: 'example.test' });
const activities = () => recordingOf(agreementEntity, parts());
const reserving = (given: Parameters<ReturnType<typeof activities>['reserve']>[0]) =>
  activities().reserve(given);
const recording = (given: Parameters<ReturnType<typeof activities>['record']>[0]) =>
  activities().record(given);

async function numbering(id: string) {
  const numberNoteId = randomUUID();
  await writeNote(engine.ownerUrl, { id: numberNoteId, agreementId: id, text: `No. ${id}` });
  return command('recordNumber', day, by.proposer, {
    party: mitraLabour,
    numberNoteId,
    dated: day,
  });
}

describe('an attempt that comes after everything', () => {
  test.each([
    ['a signature', (_id: string) => Promise.resolve(bothSign(day)[0]! as ReservingCommand)],
    ['a number', (id: string): Promise<ReservingCommand> => numbering(id)],
  ])('does not reserve %s again once the agreement is withdrawn', async (_what, asked) => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));
    const agreement = await engine.stored(id);
    const given = await asked(id);
    await engine.say(id, given);
    await engine.say(id, withdrawal());

    const answer = await reserving({ state: agreement, command: given });

    expect(answer).toBeNull();
    const held = await engine.ask(
      `select agreement_id from number_reservation where agreement_id = $1
       union all select agreement_id from signature_reservation where agreement_id = $1`,
      [id],
    );
    expect(held).toEqual([]);
  });

  test('does not grant what was refused, though it could be granted by now', async () => {
    const [one, other] = [
      await aLifecycle(engine, theWayToSigning(day)),
      await aLifecycle(engine, theWayToSigning(day)),
    ];
    const numbered = await numbering(one.id);
    await engine.say(one.id, numbered);
    const same = { ...numbered, commandId: randomUUID() };
    const agreement = await engine.stored(other.id);
    const refused = await engine.say(other.id, same);
    await engine.say(one.id, withdrawal());

    const answer = await reserving({ state: agreement, command: same });

    expect(refused.refusal?.code).toBe('NumberTaken');
    expect(answer).toEqual(refused.refusal);
    expect(
      await engine.ask('select from number_reservation where agreement_id = $1', [other.id]),
    ).toEqual([]);
  });

  test('does not take the renewal again that was withdrawn', async () => {
    const { id } = await aSignedLifecycle(engine, {
      on: day,
      term: { start: day, end: '2024-12-31' },
    });
    const term = { start: '2025-01-01', end: '2025-12-31' };
    const next = await aLifecycle(engine, [], { renewalOf: id, term });
    const born = { change: begin(next), cause: { by: 'person', given: next.created } as const };
    await engine.say(next.id, withdrawal());

    await recording(born);

    expect(
      await engine.ask('select from renewal_reservation where predecessor_id = $1', [id]),
    ).toEqual([]);
    expect(await engine.stored(next.id)).toMatchObject({ version: 2, stage: 'ended' });
  });

  test('does not begin the renewal that was refused', async () => {
    const { id } = await aSignedLifecycle(engine, {
      on: day,
      term: { start: day, end: '2024-12-31' },
    });
    const term = { start: '2025-01-01', end: '2025-12-31' };
    const first = await aLifecycle(engine, [], { renewalOf: id, term });
    const second = propose(aProposal({ renewalOf: id, term }));
    await askFor(engine, second.id, second.created);
    const born = { change: begin(second), cause: { by: 'person', given: second.created } as const };
    const refused = await recording(born);
    await engine.say(first.id, withdrawal());

    const late = await recording(born);

    expect([refused.refusal?.code, late.refusal?.code]).toEqual([
      'RenewalRunning',
      'RenewalRunning',
    ]);
    expect(await engine.ask('select from agreement where id = $1', [second.id])).toEqual([]);
  });

  test('does not record an older version over a newer one', async () => {
    const way = theWayToSigning(day).slice(0, 3);
    const { id } = await aLifecycle(engine, way);
    const before = await audited(engine, id);
    const stored = await engine.stored(id);
    const born = begin({ ...propose(aProposal()), id, created: stored.created });

    const late = await recording({
      change: decide(born.state, way[0]!),
      cause: { by: 'person', given: way[0]! },
    });

    expect(late.held).toEqual(stored);
    expect(await engine.stored(id)).toEqual(stored);
    expect(await audited(engine, id)).toEqual(before);
  });
});

describe.concurrent('an insert that hangs for fourteen seconds', () => {
  test.each<[string, string, (id: string) => Promise<Command>]>([
    ['the signature', 'signature_reservation', () => Promise.resolve(bothSign(day)[0]!)],
    ['the number', 'number_reservation', (id) => numbering(id)],
    ['the copy', 'agreement', () => Promise.resolve(bothSign(day)[0]!)],
    ['the hint to open pages', 'change_event', () => Promise.resolve(bothSign(day)[0]!)],
    ['the audit', 'audit_event', () => Promise.resolve(bothSign(day)[0]!)],
  ])('of %s holds back what follows, and all is done once', async (_of, table, asked) => {
    const slow = await anEngine(day, { asleep: true });
    const { id } = await aLifecycleFrom(slow, theWayToSigning(day));
    const given = await asked(id);
    if (given.type === 'recordNumber') {
      await writeNote(slow.ownerUrl, { id: given.numberNoteId, agreementId: id, text: id });
    }
    await slow.wake();
    const lock = await aLock(slow, table);

    const first = slow.say(id, given);
    await lock.waitedFor;
    const second = slow.say(id, withdrawal());
    // Longer than Temporal waits for an attempt, which is what is tried here.
    await pause(14_000);
    await lock.letGo();

    expect(await first).toEqual({ version: 6, refusal: null });
    expect(await second).toEqual({ version: 7, refusal: null });
    const versions = (await audited(slow, id)).map(({ version }) => version);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await slow.ask('select command_id from signature_reservation')).toEqual([]);
    expect(await slow.ask('select command_id from number_reservation')).toEqual([]);
    await slow.stop();
  });
});

describe('a milestone that was recorded and whose task was lost, and that comes again', () => {
  const reminder = (dueDay: string) => milestone('agreement', { kind: 'reminder', dueDay });

  test.each([
    ['on a later day, on which more is due', '2024-12-24', '2024-12-31', ['2024-12-31 reminded']],
    ['in another year, after the end', '2024-12-24', '2025-01-06', ['2025-01-06 expired']],
  ])('%s, is recorded once', async (_when, dueDay, comesAgain, after) => {
    const active = { ...anActiveAgreement(), version: 7, milestonesPassedUntil: '2024-12-20' };
    const agreement = { ...active, id: randomUUID() };
    const { id, titleNoteId } = agreement;
    await writeNote(engine.ownerUrl, { id: titleNoteId, agreementId: id, text: 'PKS contoh' });
    const due = [reminder(dueDay)];
    const clockOffset = openingOf(comesAgain, 'Asia/Makassar', 9) - Date.now();
    await recording({
      change: passMilestones({ ...agreement, clockOffset }, due, dueDay),
      cause: { by: 'time', due, day: dueDay },
    });

    await engine.start(agreement, clockOffset);
    await eventually(async () => ((await audited(engine, id)).length > 1 ? true : undefined));

    const told = (await audited(engine, id)).map(
      ({ day: on, events }) => `${on} ${events.map(({ kind }) => kind).join(' ')}`,
    );
    expect(told).toEqual([`${dueDay} reminded`, ...after]);
    const mails = (await queued(engine, id)).map(({ day: on, template }) => `${on} ${template}`);
    expect(new Set(mails)).toEqual(
      new Set([`${dueDay} reminder`, ...after.map((each) => each.replace('reminded', 'reminder'))]),
    );
    expect(mails).toHaveLength(8);
  });

  test('after newer rules were published, is recorded once', async () => {
    await engine.ask(`insert into reminder_policy (version, days_before, mail_hour, source)
      values (2, '{200, 100, 5}', 7, 'test') on conflict do nothing`);
    const active = { ...anActiveAgreement(), version: 7, milestonesPassedUntil: '2024-12-20' };
    const { titleNoteId } = active;
    const agreement = { ...active, id: randomUUID() };
    const { id } = agreement;
    await writeNote(engine.ownerUrl, { id: titleNoteId, agreementId: id, text: 'PKS contoh' });
    const clockOffset = openingOf('2024-12-24', 'Asia/Makassar', 9) - Date.now();
    const due = [reminder('2024-12-24')];
    await recording({
      change: passMilestones({ ...agreement, clockOffset }, due, '2024-12-24'),
      cause: { by: 'time', due, day: '2024-12-24' },
    });

    await engine.start(agreement, clockOffset);
    const passing = command('passTurn', '2024-12-24', by.proposer, { to: offices.tondano });
    const answer = await engine.say(id, passing);

    expect(answer).toEqual({ version: 9, refusal: null });
    const told = (await audited(engine, id)).map(({ events }) => events[0]?.kind);
    expect(told).toEqual(['reminded', 'turn-passed']);
  });
});
