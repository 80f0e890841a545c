import { describe, expect, test } from 'vitest';
import type { Command } from '../../../domain/agreement/command.ts';
import { availableCommands } from '../../../domain/agreement/available-commands.ts';
import { decide } from '../../../domain/agreement/decide.ts';
import { milestonesAhead, passMilestones } from '../../../domain/milestones.ts';
import {
  after,
  agreed,
  anActiveAgreement,
  anAgreementAt,
  bothSign,
  by,
  command,
  refusal,
  THREE_PARTIES,
} from '../../support/agreements.ts';
import { offices } from '../../support/cast.ts';

const { mitraLabour, mitraSocial, tondano } = offices;
const POLICY = { version: 1, mailHour: 7, daysBefore: [180, 30, 0] };
const OLD = { start: '2024-02-01', end: '2024-12-31' };
const NEW = { start: '2024-02-01', end: '2025-06-30' };

const redating = (who: { officeId: string; userId: string } = by.proposer) =>
  command('changeDates', '2024-06-15', who, {
    term: NEW,
    reasonNoteId: 'why',
    evidenceId: 'addendum',
  });
const ending = (lastDay: string, reason: 'agreed-by-parties' | 'change-of-law') =>
  command('terminate', '2024-06-15', by.proposer, { reason, lastDay, evidenceId: 'minutes' });

describe('other dates of what both have signed', () => {
  test('wait for the other side, and nothing changes until it agrees', () => {
    const asking = redating();

    const { state: asked, events } = decide(anActiveAgreement(), asking);

    expect(asked).toMatchObject({
      term: OLD,
      pending: { id: asking.commandId, party: mitraLabour, on: '2024-06-15', awaits: [tondano] },
    });
    expect(events.map(({ kind }) => kind)).toEqual(['change-asked']);
    expect(after(asked, agreed(asking).slice(1))).toMatchObject({ term: NEW, pending: null });
  });

  test('are the other side’s to decline, with a reason, and the own side’s to take back', () => {
    const asking = redating();
    const asked = after(anActiveAgreement(), [asking]);
    const declining = (who: { officeId: string; userId: string }) =>
      decide(
        asked,
        command('declineChange', '2024-06-20', who, {
          change: asking.commandId,
          reasonNoteId: 'not agreed',
        }),
      );

    const [declined, takenBack] = [declining(by.branch), declining(by.proposer)];

    expect([declined, takenBack].map(({ state }) => [state.term, state.pending])).toEqual([
      [OLD, null],
      [OLD, null],
    ]);
    expect([declined, takenBack].map(({ events }) => events)).toMatchObject([
      [{ kind: 'change-declined', party: tondano, takenBack: false, reason: 'not agreed' }],
      [{ kind: 'change-declined', party: mitraLabour, takenBack: true, reason: 'not agreed' }],
    ]);
  });

  test('are judged again on the day of the consent', () => {
    const asking = command('changeDates', '2024-06-15', by.proposer, {
      term: { start: '2024-02-01', end: '2024-06-20' },
      reasonNoteId: 'why',
      evidenceId: 'addendum',
    });
    const asked = after(anActiveAgreement(), [asking]);
    const { commandId: change } = asking;

    expect(refusal(asked, command('confirmChange', '2024-06-21', by.branch, { change }))).toEqual({
      code: 'EndAlreadyPast',
      params: { end: '2024-06-20', today: '2024-06-21' },
    });
  });

  test('need every party that has signed', () => {
    const parties = [
      ...THREE_PARTIES.slice(0, 2),
      { id: mitraSocial, side: 'government' as const, outside: false },
    ];
    const third = command('sign', '2024-02-01', by.social, {
      party: mitraSocial,
      actedBy: { kind: 'holder', id: 'head' },
      signedOn: '2024-02-01',
    });
    const active = after(anAgreementAt('review', { parties }), [
      command('submit', '2024-01-08', by.branch),
      command('submit', '2024-01-08', by.social),
      command('approve', '2024-01-08', by.legal, { step: 'hukum' }),
      ...bothSign('2024-02-01'),
      third,
    ]);
    const asking = redating();

    const once = after(active, agreed(asking));
    const twice = after(active, [
      ...agreed(asking),
      command('confirmChange', '2024-06-16', by.social, { change: asking.commandId }),
    ]);

    expect([once.term, once.pending?.awaits]).toEqual([OLD, [mitraSocial]]);
    expect([twice.term, twice.pending]).toEqual([NEW, null]);
  });

  test('change at once while nobody else has signed', () => {
    const [first] = bothSign('2024-01-20') as [Command];
    const signedByOne = after(anAgreementAt('signing'), [first]);

    expect(after(signedByOne, [redating()]).term).toEqual(NEW);
    // The branch has not signed; the OPD has.
    expect(after(signedByOne, [redating(by.branch)])).toMatchObject({
      term: OLD,
      pending: { awaits: [mitraLabour] },
    });
  });

  test('are offered to those who are asked, and to take back to those who asked', () => {
    const asked = after(anActiveAgreement(), [redating()]);
    const offered = availableCommands(asked, () => [mitraLabour, tondano], '2024-06-15');

    expect(offered.filter(({ command: type }) => /Change$/.test(type))).toEqual([
      { command: 'confirmChange', office: tondano },
      { command: 'declineChange', office: mitraLabour },
      { command: 'declineChange', office: tondano },
    ]);
  });
});

describe('an end before the last day', () => {
  test.each([
    ['purpose-reached', 'active'],
    ['agreed-by-parties', 'active'],
    ['superseded', 'active'],
    ['change-of-law', 'ended'],
    ['object-lost', 'ended'],
    ['court-judgment', 'ended'],
    ['partner-bankrupt', 'ended'],
  ] as const)('for %s by one side leaves it %s', (reason, stage) => {
    const told = command('terminate', '2024-06-15', by.proposer, {
      reason,
      lastDay: '2024-06-15',
      evidenceId: 'letter',
    });

    expect(after(anActiveAgreement(), [told]).stage).toBe(stage);
    expect(after(anActiveAgreement(), stage === 'active' ? agreed(told) : [told]).stage).toBe(
      'ended',
    );
  });

  test('by law does not wait for what somebody has asked', () => {
    const asked = after(anActiveAgreement(), [redating()]);

    expect(after(asked, [ending('2024-06-15', 'change-of-law')])).toMatchObject({
      stage: 'ended',
      pending: null,
      term: OLD,
    });
  });

  test('on a later day is kept, and until then it is in force without a reminder to renew', () => {
    const agreement = after(anActiveAgreement(), agreed(ending('2024-09-30', 'agreed-by-parties')));

    expect(agreement).toMatchObject({
      stage: 'active',
      ending: { reason: 'terminated', lawful: 'agreed-by-parties', lastDay: '2024-09-30' },
    });
    expect(
      milestonesAhead(agreement, { policy: POLICY }).map(({ kind, dueDay }) => [kind, dueDay]),
    ).toEqual([['ending', '2024-10-01']]);
  });

  test('comes on the day after its last', () => {
    const agreement = after(anActiveAgreement(), agreed(ending('2024-09-30', 'agreed-by-parties')));
    const due = milestonesAhead(agreement, { policy: POLICY });

    const { state: ended, events } = passMilestones(agreement, due, '2024-10-01');

    expect(ended).toMatchObject({
      stage: 'ended',
      stageSince: '2024-10-01',
      ending: { reason: 'terminated', lastDay: '2024-09-30' },
    });
    expect(events).toContainEqual({ kind: 'ending-reached', lastDay: '2024-09-30' });
  });

  test('on a later day is given up when the other side agrees', () => {
    const agreement = after(anActiveAgreement(), agreed(ending('2024-09-30', 'agreed-by-parties')));
    const giveUp = command('continue', '2024-07-01', by.proposer, { reasonNoteId: 'why' });

    expect(after(agreement, [giveUp])).toMatchObject({ ending: { lastDay: '2024-09-30' } });
    const goesOn = after(agreement, agreed(giveUp));
    expect(goesOn).toMatchObject({ ending: null, stage: 'active' });
    expect(milestonesAhead(goesOn, { policy: POLICY }).at(-1)).toMatchObject({
      kind: 'expiry',
      dueDay: '2025-01-01',
    });
  });
});
