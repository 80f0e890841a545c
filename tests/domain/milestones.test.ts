/** Milestones of several contexts on one agreement: what lies ahead, and in which order it passes. */
import { describe, expect, test } from 'vitest';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { AGREEMENT_MILESTONES } from '../../domain/agreement/milestone.ts';
import type { AgreementEvent } from '../../domain/agreement/transition.ts';
import { milestonesAhead, passMilestones } from '../../domain/milestones.ts';
import type { MilestoneFacts } from '../../domain/milestones.ts';
import type { Day } from '../../domain/shared/day.ts';
import { aheadBy, passBy } from '../../domain/shared/milestone-sources.ts';
import type { MilestoneSources } from '../../domain/shared/milestone-sources.ts';
import { dueBy, mergePlans, planOf, restOfPlan } from '../../domain/shared/plan.ts';
import { after, anActiveAgreement, anAgreementAt, bothSign } from '../support/agreements.ts';

const policy = { version: 1, daysBefore: [90, 30], mailHour: 7 };

/** A budget calendar of this test: stages that become late on a day. */
type Budget = { late: { stage: string; day: Day }[] };
type Told = AgreementEvent | { kind: 'late'; stage: string | null; then: string };

const SOURCES: MilestoneSources<AgreementState, MilestoneFacts & Budget, Told> = {
  agreement: AGREEMENT_MILESTONES,
  budget: {
    ahead: ({ milestonesPassedUntil }, { late }) =>
      late
        .filter(({ day }) => day > milestonesPassedUntil)
        .map(({ stage, day }) => ({ kind: 'late', stage, dueDay: day })),
    pass: (agreement, due) => ({
      state: agreement,
      events: due.map(({ stage }) => ({ kind: 'late', stage, then: agreement.stage })),
    }),
  },
};

/** Signed, and waits for the first of February. */
const waiting = () => after(anAgreementAt('signing'), bothSign('2024-01-20'));
const keys = (agreement: AgreementState, ...late: Budget['late']) =>
  aheadBy(SOURCES, agreement, { policy, late }).map(({ key }) => key);
const passed = (agreement: AgreementState, day: Day, ...late: Budget['late']) =>
  passBy(
    SOURCES,
    agreement,
    dueBy({ milestones: aheadBy(SOURCES, agreement, { policy, late }) }, day),
    day,
  );

describe('what lies ahead of an agreement', () => {
  test('is named by source, kind, stage and day', () => {
    expect(milestonesAhead(waiting(), { policy }).map(({ key }) => key)).toEqual([
      'agreement/start/-/2024-02-01',
      'agreement/reminder/-/2024-10-02',
      'agreement/reminder/-/2024-12-01',
      'agreement/expiry/-/2025-01-01',
    ]);
  });

  test('by several contexts stands in the order of the days', () => {
    const ahead = keys(
      anActiveAgreement(),
      { stage: 'RKA', day: '2024-07-31' },
      { stage: 'DPA', day: '2024-12-31' },
    );

    expect(ahead).toEqual([
      'budget/late/RKA/2024-07-31',
      'agreement/reminder/-/2024-10-02',
      'agreement/reminder/-/2024-12-01',
      'budget/late/DPA/2024-12-31',
      'agreement/expiry/-/2025-01-01',
    ]);
  });

  test('on one day stands in the order of the contexts, and of one context as it plans it', () => {
    const ahead = keys(
      waiting(),
      { stage: 'KUA-PPAS', day: '2024-02-01' },
      { stage: 'DPA', day: '2024-02-01' },
    );

    expect(ahead.slice(0, 3)).toEqual([
      'agreement/start/-/2024-02-01',
      'budget/late/KUA-PPAS/2024-02-01',
      'budget/late/DPA/2024-02-01',
    ]);
  });

  test('is handed out in pieces that divide no day', () => {
    const on = (day: Day) => Array.from({ length: 30 }, (_, at) => ({ stage: `stage-${at}`, day }));
    const agreement = anActiveAgreement();
    const late = [...on('2024-06-30'), ...on('2024-07-31')];
    const all = (state: AgreementState) => planOf(state, aheadBy(SOURCES, state, { policy, late }));
    const first = all(agreement).milestones;

    const whole = mergePlans(all(agreement), all(restOfPlan(agreement, first[60]!))).milestones;

    expect(first).toHaveLength(61);
    expect(first[60]).toMatchObject({ key: 'plan/more/-/2024-10-02', source: 'plan' });
    expect(new Set(whole.map(({ key }) => key)).size).toBe(63);
    expect(whole.slice(-3).map(({ key }) => key)).toEqual([
      'agreement/reminder/-/2024-10-02',
      'agreement/reminder/-/2024-12-01',
      'agreement/expiry/-/2025-01-01',
    ]);
  });
});

describe('what is due', () => {
  test('passes context by context: a later one finds what the day has made of the agreement', () => {
    const { state, events } = passed(waiting(), '2024-02-01', {
      stage: 'DPA',
      day: '2024-02-01',
    });

    expect(events).toEqual([
      { kind: 'started' },
      { kind: 'stage-reached', stage: 'active' },
      { kind: 'late', stage: 'DPA', then: 'active' },
    ]);
    expect(state).toMatchObject({ stage: 'active', milestonesPassedUntil: '2024-02-01' });
  });

  test('of one context only is passed by no other', () => {
    const agreement = anActiveAgreement();

    const { state, events } = passed(
      agreement,
      '2024-07-31',
      { stage: 'RKA', day: '2024-07-31' },
      { stage: 'RKA-P', day: '2024-07-31' },
    );

    expect(events).toEqual([
      { kind: 'late', stage: 'RKA', then: 'active' },
      { kind: 'late', stage: 'RKA-P', then: 'active' },
    ]);
    expect(state).toEqual({ ...agreement, milestonesPassedUntil: '2024-07-31' });
  });

  test('after some days away is told once by each context', () => {
    const { events } = passed(anActiveAgreement(), '2024-12-05', {
      stage: 'RKA',
      day: '2024-11-15',
    });

    expect(events).toEqual([
      { kind: 'reminded', daysLeft: 26, missed: [90, 30], renewal: 'none' },
      { kind: 'late', stage: 'RKA', then: 'active' },
    ]);
  });

  test('counts as one change of the agreement', () => {
    const agreement = waiting();
    const due = dueBy({ milestones: milestonesAhead(agreement, { policy }) }, '2024-10-02');

    const { state } = passMilestones(agreement, due, '2024-10-02');

    expect(state).toMatchObject({
      version: agreement.version + 1,
      milestonesPassedUntil: '2024-10-02',
    });
    expect(milestonesAhead(state, { policy }).map(({ key }) => key)).toEqual([
      'agreement/reminder/-/2024-12-01',
      'agreement/expiry/-/2025-01-01',
    ]);
  });
});
