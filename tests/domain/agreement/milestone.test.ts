import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEnded } from '../../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../../domain/agreement/agreement.ts';
import { addDays } from '../../../domain/shared/day.ts';
import { adoptRules, sameDaysAhead } from '../../../domain/agreement/milestone.ts';
import type { ReminderPolicy } from '../../../domain/calendar/reminder-policy.ts';
import { milestonesAhead, passMilestones } from '../../../domain/milestones.ts';
import {
  after,
  agreed,
  anActiveAgreement,
  anAgreement,
  anAgreementAt,
  bothSign,
  by,
  command,
} from '../../support/agreements.ts';
import { aDay, SEQUENCES } from '../../support/arbitraries.ts';
import { rehearse } from '../../support/rehearsal.ts';
import {
  restOfPlan,
  dueAt,
  dueBy,
  mergePlans,
  milestonesKey,
  planOf,
} from '../../../domain/shared/plan.ts';

const POLICY: ReminderPolicy = { version: 1, daysBefore: [180, 90, 60, 30, 14, 7, 0], mailHour: 7 };

const plan = (agreement: AgreementState, policy = POLICY) =>
  planOf(agreement, milestonesAhead(agreement, { policy }));

const daysOf = (agreement: AgreementState, policy = POLICY) =>
  plan(agreement, policy).milestones.map(({ kind, dueDay }) => `${kind} ${dueDay}`);

const YEAR_2024 = [
  'reminder 2024-07-04',
  'reminder 2024-10-02',
  'reminder 2024-11-01',
  'reminder 2024-12-01',
  'reminder 2024-12-17',
  'reminder 2024-12-24',
  'reminder 2024-12-31',
  'expiry 2025-01-01',
];

describe('the plan', () => {
  test('of a year has seven reminders, and the end on the day after the last', () => {
    expect(daysOf(anActiveAgreement())).toEqual(YEAR_2024);
  });

  test('of a signed agreement that waits for its start has that first', () => {
    const waiting = after(anAgreementAt('signing'), bothSign('2024-01-20'));

    expect(daysOf(waiting)).toEqual(['start 2024-02-01', ...YEAR_2024]);
  });

  test('of what is not signed by all is empty', () => {
    const half = after(anAgreementAt('signing'), bothSign('2024-01-20').slice(0, 1));

    expect([anAgreement(), half].map((each) => daysOf(each))).toEqual([[], []]);
  });

  test('of a short term has no reminder from before it began', () => {
    const month = anActiveAgreement({ term: { start: '2024-02-10', end: '2024-03-10' } });

    expect(daysOf(month)).toEqual([
      'reminder 2024-02-25',
      'reminder 2024-03-03',
      'reminder 2024-03-10',
      'expiry 2024-03-11',
    ]);
  });

  test('ends a leap day’s agreement on the first of March', () => {
    const leap = anActiveAgreement({ term: { start: '2024-02-01', end: '2024-02-29' } });

    expect(daysOf(leap).at(-1)).toBe('expiry 2024-03-01');
  });

  test('reminds once of a day that the policy names twice', () => {
    const twice = { ...POLICY, daysBefore: [7, 30, 7] };

    expect(daysOf(anActiveAgreement(), twice)).toEqual([
      'reminder 2024-12-01',
      'reminder 2024-12-24',
      'expiry 2025-01-01',
    ]);
  });

  test('leaves out what was dealt with', () => {
    const passed = { ...anActiveAgreement(), milestonesPassedUntil: '2024-12-17' };

    expect(daysOf(passed)).toEqual([
      'reminder 2024-12-24',
      'reminder 2024-12-31',
      'expiry 2025-01-01',
    ]);
  });

  test('never leaves out the end, even of what was recorded after its last day', () => {
    const late = after(
      anAgreementAt('signing', { term: { start: '2024-01-08', end: '2024-03-01' } }),
      [...bothSign('2024-03-01').map((each) => ({ ...each, businessDay: '2024-04-05' }))],
    );

    expect(late).toMatchObject({ stage: 'active', milestonesPassedUntil: '2024-04-04' });
    expect(daysOf(late)).toEqual(['expiry 2024-03-02']);
  });

  test('follows new dates', () => {
    const longer = after(
      anActiveAgreement(),
      agreed(
        command('changeDates', '2024-06-15', by.proposer, {
          term: { start: '2024-02-01', end: '2025-02-28' },
          reasonNoteId: 'why',
          evidenceId: 'addendum',
        }),
      ),
    );

    expect(daysOf(longer)).toEqual([
      'reminder 2024-09-01',
      'reminder 2024-11-30',
      'reminder 2024-12-30',
      'reminder 2025-01-29',
      'reminder 2025-02-14',
      'reminder 2025-02-21',
      'reminder 2025-02-28',
      'expiry 2025-03-01',
    ]);
  });

  test('hands out forty at most, and asks for the rest on the day of the fortieth', () => {
    const everyDay = { ...POLICY, daysBefore: Array.from({ length: 60 }, (_, days) => days) };

    const days = daysOf(anActiveAgreement(), everyDay);

    expect(days).toHaveLength(40);
    expect(days[0]).toBe('reminder 2024-11-02');
    expect(days[38]).toBe('reminder 2024-12-10');
    expect(days[39]).toBe('more 2024-12-11');
  });

  test('is handed out to its end when even that is due, and nothing in it twice', () => {
    const everyDay = { ...POLICY, daysBefore: Array.from({ length: 60 }, (_, days) => days) };
    const waiting = after(anAgreementAt('signing'), bothSign('2024-01-20'));
    const first = plan(waiting, everyDay);

    const rest = plan(restOfPlan(waiting, first.milestones[39]!), everyDay);
    const days = mergePlans(first, rest).milestones.map(({ kind, dueDay }) => `${kind} ${dueDay}`);

    expect(days[0]).toBe('start 2024-02-01');
    expect(days.filter((day) => day.startsWith('start'))).toHaveLength(1);
    expect(days.filter((day) => day.startsWith('reminder'))).toHaveLength(60);
    expect(days.slice(38, 41)).toEqual([
      'reminder 2024-12-09',
      'reminder 2024-12-10',
      'reminder 2024-12-11',
    ]);
    expect(days.at(-1)).toBe('expiry 2025-01-01');
  });

  test('begins each milestone with its day in the agreement’s zone', () => {
    const [reminder] = plan(anActiveAgreement(), POLICY).milestones;

    expect(new Date(dueAt(reminder!, anActiveAgreement())).toISOString()).toBe(
      '2024-07-03T16:00:00.000Z',
    );
    expect(
      new Date(dueAt(reminder!, anActiveAgreement({ zone: 'Asia/Jayapura' }))).toISOString(),
    ).toBe('2024-07-03T15:00:00.000Z');
  });
});

describe('a day that has come', () => {
  const passedOn = (day: string, agreement = anActiveAgreement(), policy = POLICY) =>
    passMilestones(agreement, dueBy(plan(agreement, policy), day), day);

  test('brings a signed agreement into force', () => {
    const waiting = after(anAgreementAt('signing'), bothSign('2024-01-20'));

    const { state: agreement, events, desksToNotify } = passedOn('2024-02-01', waiting);

    expect(agreement).toMatchObject({
      stage: 'active',
      stageSince: '2024-02-01',
      milestonesPassedUntil: '2024-02-01',
      version: waiting.version + 1,
    });
    expect(events).toEqual([{ kind: 'started' }, { kind: 'stage-reached', stage: 'active' }]);
    expect(desksToNotify).toEqual([]);
  });

  test('reminds, and says how the renewal stands', () => {
    const renewing = { ...anActiveAgreement(), renewal: { id: 'next', state: 'running' } as const };

    const { state: agreement, events } = passedOn('2024-07-04', renewing);

    expect(agreement.milestonesPassedUntil).toBe('2024-07-04');
    expect(events).toEqual([{ kind: 'reminded', daysLeft: 180, missed: [], renewal: 'running' }]);
  });

  test('finds several reminders missed and sends one for all', () => {
    const { events } = passedOn('2024-12-05');

    expect(events).toEqual([
      { kind: 'reminded', daysLeft: 26, missed: [180, 90, 60, 30], renewal: 'none' },
    ]);
  });

  test('does not call that missed which is due on the very day', () => {
    const { events } = passedOn('2024-12-01');

    expect(events).toEqual([
      { kind: 'reminded', daysLeft: 30, missed: [180, 90, 60], renewal: 'none' },
    ]);
  });

  test('ends what has run out, with its last day, however late it is noticed', () => {
    const { state: agreement, events } = passedOn('2025-01-06');

    expect(agreement).toMatchObject({
      stage: 'ended',
      stageSince: '2025-01-01',
      turn: { desks: [], since: '2025-01-01' },
      ending: { reason: 'expired', lawful: null, lastDay: '2024-12-31' },
    });
    expect(events).toEqual([
      { kind: 'expired', missed: [180, 90, 60, 30, 14, 7, 0], renewal: 'none' },
    ]);
  });

  test('both begins and ends what nobody looked at for a year', () => {
    const waiting = after(anAgreementAt('signing'), bothSign('2024-01-20'));

    const { state: agreement, events } = passedOn('2025-06-01', waiting);

    expect(agreement).toMatchObject({ stage: 'ended', ending: { lastDay: '2024-12-31' } });
    expect(events.map(({ kind }) => kind)).toEqual(['started', 'stage-reached', 'expired']);
  });

  test('is recorded under the names of all its milestones', () => {
    const due = dueBy(plan(anActiveAgreement(), POLICY), '2024-10-05');

    expect(milestonesKey(due)).toBe(
      'agreement/reminder/-/2024-07-04+agreement/reminder/-/2024-10-02',
    );
  });
});

describe('newer rules', () => {
  test('are taken over', () => {
    const { state: agreement, events } = adoptRules(anActiveAgreement(), {
      rulesVersion: 3,
    });

    expect(agreement).toMatchObject({ rulesVersion: 3 });
    expect(events).toEqual([{ kind: 'replanned', rulesVersion: 3 }]);
  });

  test('are told where they change a day that lies ahead, and nowhere else', () => {
    const later = { ...anActiveAgreement(), milestonesPassedUntil: '2024-10-02' };
    const rules = (daysBefore: number[]) => ({ version: 2, daysBefore, mailHour: 7 });

    // 90 days before its end lie behind it, 30 ahead.
    expect(sameDaysAhead(later, rules([90, 30]), rules([30]))).toBe(true);
    expect(sameDaysAhead(later, rules([30]), rules([30, 7]))).toBe(false);
    expect(sameDaysAhead(anAgreement(), rules([30]), rules([7]))).toBe(true);
  });

  test('never give way to older ones that were told late', () => {
    const current = { ...anActiveAgreement(), rulesVersion: 4 };

    const { state: agreement } = adoptRules(current, { rulesVersion: 3 });

    expect(agreement).toMatchObject({ rulesVersion: 4 });
  });
});

describe('a rehearsal', () => {
  test('of a year tells every day on which something will happen', () => {
    const days = rehearse(anActiveAgreement(), { policy: POLICY }, '2026-01-01').map(
      ({ day, events }) => `${day} ${events.map(({ kind }) => kind).join(' ')}`,
    );

    expect(days).toEqual([
      '2024-07-04 reminded',
      '2024-10-02 reminded',
      '2024-11-01 reminded',
      '2024-12-01 reminded',
      '2024-12-17 reminded',
      '2024-12-24 reminded',
      '2024-12-31 reminded',
      '2025-01-01 expired',
    ]);
  });

  test('stops at the day that was asked for', () => {
    const days = rehearse(anActiveAgreement(), { policy: POLICY }, '2024-11-01').map(
      ({ day }) => day,
    );

    expect(days).toEqual(['2024-07-04', '2024-10-02', '2024-11-01']);
  });

  test('equals stepping day by day', () => {
    const aTerm = fc
      .tuple(aDay('2019-01-01', '2030-12-31'), fc.nat({ max: 800 }))
      .map(([start, days]) => ({ start, end: addDays(start, days) }));
    const aPolicy = fc.uniqueArray(fc.nat({ max: 400 }), { minLength: 1, maxLength: 60 });
    const signedEarly = fc.nat({ max: 60 });

    fc.assert(
      fc.property(aTerm, aPolicy, signedEarly, (term, daysBefore, early) => {
        const on = addDays(term.start, -early);
        const policy = { version: 1, daysBefore, mailHour: 7 };
        const signed = after(anAgreementAt('signing', { term, on }), bothSign(on));
        const until = addDays(term.end, 1);

        const rehearsed = rehearse(signed, { policy }, until).flatMap(({ day, events }) =>
          events.map((each) => ({ day, ...each })),
        );

        expect(rehearsed).toEqual(stepping(signed, policy, on, until));
      }),
      { numRuns: SEQUENCES },
    );
  });

  /** The plain way: get up each morning and do what is due, as often as something is. */
  function stepping(
    agreement: AgreementState,
    policy: ReminderPolicy,
    from: string,
    until: string,
  ) {
    const told: object[] = [];
    let current = agreement;
    let ahead = plan(current, policy);
    for (let day = from; day <= until && !isEnded(current); day = addDays(day, 1)) {
      for (;;) {
        const due = dueBy(ahead, day);
        if (due.length === 0 || isEnded(current)) break;
        const change = passMilestones(current, due, day);
        told.push(...change.events.map((each) => ({ day, ...each })));
        current = change.state;
        ahead = plan(current, policy);
      }
    }
    return told;
  }
});
