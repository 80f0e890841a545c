import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { desksOf, isFullySigned, officesConcerned } from '../../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../../domain/agreement/agreement.ts';
import type { Command } from '../../../domain/agreement/command.ts';
import { decide, refusalOf } from '../../../domain/agreement/decide.ts';
import { addDays } from '../../../domain/shared/day.ts';
import { milestonesAhead, passMilestones } from '../../../domain/milestones.ts';
import { adoptRules } from '../../../domain/agreement/milestone.ts';
import { noteRenewal } from '../../../domain/agreement/renewal.ts';
import { restored } from '../../../domain/agreement/restoring.ts';
import { availableCommands } from '../../../domain/agreement/available-commands.ts';
import type { AvailableCommand } from '../../../domain/agreement/available-commands.ts';
import {
  anAgreement,
  anAgreementAt,
  by,
  command,
  OUTSIDER,
  THREE_PARTIES,
} from '../../support/agreements.ts';
import { commandFrom, SEQUENCES } from '../../support/arbitraries.ts';
import { offices } from '../../support/cast.ts';
import { answerOf, remember } from '../../../domain/shared/command-metadata.ts';
import { dueBy } from '../../../domain/shared/plan.ts';

const { mitraLabour, mitraLegal, mitraSocial, tondano } = offices;

describe('answers to commands', () => {
  test('are remembered, refusals by their code', () => {
    const refused = {
      id: 'second',
      version: 2,
      code: 'NumberTaken',
    };
    const first = command('submit', '2024-01-08', by.proposer);

    const told = remember(decide(anAgreement(), first).state, refused);

    expect(answerOf(told, first.commandId)).toEqual({ version: 2, refusal: null });
    expect(answerOf(told, 'second')).toEqual({
      version: 2,
      refusal: { code: 'NumberTaken', params: {} },
    });
    expect(answerOf(told, 'third')).toBeUndefined();
  });

  test('are forgotten beyond the last 16', () => {
    const ids = Array.from({ length: 22 }, (_, number) => `command-${number}`);

    const { recentCommands } = ids.reduce(
      (agreement, id) => remember(agreement, { id, version: 1, code: null }),
      anAgreement(),
    );

    expect(recentCommands).toHaveLength(16);
    expect(recentCommands[0]?.id).toBe('command-6');
    expect(recentCommands.at(-1)?.id).toBe('command-21');
  });

  test('are refusals without a trace when the rules forbid it', () => {
    const agreement = anAgreement();
    const before = structuredClone(agreement);

    const refused = refusalOf(agreement, command('submit', '2024-01-08', by.branch));

    expect(refused?.code).toBe('NotYourTurn');
    expect(agreement).toEqual(before);
  });
});

describe('who may see it', () => {
  test('is every office here that decides anything in it', () => {
    const agreement = anAgreement({ parties: THREE_PARTIES });

    expect(officesConcerned(agreement)).toEqual([mitraLabour, tondano, mitraLegal]);
  });
});

describe('what is possible next', () => {
  const everywhere = () => [mitraLabour, tondano, mitraLegal, mitraSocial];

  test('of a proposal', () => {
    const steps = availableCommands(anAgreement(), everywhere, '2024-01-08');

    expect(steps).toEqual([
      { command: 'submit', office: mitraLabour },
      { command: 'passTurn', office: mitraLabour },
      { command: 'changeDates', office: mitraLabour },
      { command: 'changeDates', office: tondano },
      { command: 'correctTitle', office: mitraLabour },
      { command: 'withdraw', office: mitraLabour },
      { command: 'withdraw', office: tondano },
    ]);
  });

  test('is only what one’s permissions reach', () => {
    const steps = availableCommands(
      anAgreement(),
      (action) => (action === 'agreement.end' ? [tondano] : []),
      '2024-01-08',
    );

    expect(steps).toEqual([{ command: 'withdraw', office: tondano }]);
  });

  test('may be a return for whoever may approve or sign', () => {
    const inReview = anAgreementAt('review');
    const may = (wanted: string) => (action: string) => (action === wanted ? [tondano] : []);
    const returns = { command: 'return', office: tondano };

    expect(availableCommands(inReview, may('agreement.approve'), '2024-01-08')).toEqual([returns]);
    expect(availableCommands(inReview, may('agreement.sign'), '2024-01-08')).toEqual([returns]);
    expect(availableCommands(inReview, may('agreement.number'), '2024-01-08')).toEqual([]);
  });
});

/** An agreement as the next release may have written it, with members that this one does not know. */
function ofTheNextRelease(only: Parameters<typeof anAgreement>[0]): AgreementState {
  const agreement = anAgreement(only);
  const unknown = { budgetLine: { code: '5.1.02', amount: 12_000_000 } };
  return {
    ...agreement,
    ...unknown,
    parties: agreement.parties.map((party) => ({ ...party, ...unknown })),
    approvals: agreement.approvals.map((step) => ({ ...step, ...unknown })),
  };
}

/** The kind of change that a command carries out, when it carries out what was asked. */
function changeIn({ pending }: AgreementState, given: Command): string {
  return given.type === 'confirmChange' ? (pending?.change.type ?? '') : given.type;
}

/** The party for which somebody speaks. */
function partyOf({ parties, proposingParty }: AgreementState, { recordedBy }: Command): string {
  return parties.find(({ id }) => id === recordedBy.officeId)?.id ?? proposingParty;
}

/** What it knows nothing of, in itself, its parties and its approvals. */
function unknownIn(agreement: AgreementState): unknown[] {
  const all: object[] = [agreement, ...agreement.parties, ...agreement.approvals];
  return all.map((each) => ('budgetLine' in each ? each.budgetLine : undefined));
}

describe('whatever people do and whatever days pass', () => {
  const agreement = ofTheNextRelease({
    parties: THREE_PARTIES,
    approvals: [
      { id: 'hukum', offices: [mitraLegal, mitraSocial], after: [] },
      { id: 'sosial', offices: [mitraSocial], after: [] },
      { id: 'cabang', offices: [tondano], after: ['hukum', 'sosial'] },
    ],
    term: { start: '2024-02-01', end: '2024-09-30' },
  });
  const everyOffice = officesConcerned(agreement);
  const policy = { version: 1, daysBefore: [60, 30, 7], mailHour: 7 };

  /** A day's work: something somebody tries, on a day not before the last. */
  const aTry = fc.record({
    later: fc.nat({ max: 9 }),
    // Mostly something that is possible and leads on, or few lifecycles would get far.
    mood: fc.constantFrom('onward', 'onward', 'onward', 'onward', 'anything possible', 'anything'),
    pick: fc.nat(),
    draw: fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
  });
  const aLifecycle = fc.array(aTry, { minLength: 10, maxLength: 40, size: 'max' });

  type Tried = {
    before: AgreementState;
    after: AgreementState;
    day: string;
    /** What was possible before, for who tried it. */
    possible: AvailableCommand[];
    given: ReturnType<typeof commandFrom>;
  };

  type Tries = { later: number; mood: string; pick: number; draw: number[] }[];

  function live(tries: Tries): Tried[] {
    const tried: Tried[] = [];
    let current = agreement;
    let day = '2024-01-08';
    for (const { later, mood, pick, draw } of tries) {
      day = addDays(day, later);
      current = passed(current, day);
      const possible = availableCommands(current, () => everyOffice, day);
      const onward = possible.filter(({ command }) =>
        ['submit', 'approve', 'sign'].includes(command),
      );
      // Few give up.
      const ends = ({ command }: AvailableCommand) => ['withdraw', 'terminate'].includes(command);
      const mostly = pick % 9 === 0 ? possible : possible.filter((step) => !ends(step));
      const steps = { onward, 'anything possible': mostly }[mood] ?? [];
      const chosen = steps[pick % Math.max(1, steps.length)];
      const given = commandFrom(current, day, draw, chosen);
      const before = current;
      if (refusalOf(current, given) === null) current = decide(current, given).state;
      const { userId } = given.recordedBy;
      const own = availableCommands(before, () => everyOffice, day, userId);
      tried.push({ before, after: current, day, possible: own, given });
    }
    return tried;
  }

  function passed(current: AgreementState, day: string): AgreementState {
    const due = dueBy({ milestones: milestonesAhead(current, { policy }) }, day);
    return due.length === 0 || current.stage === 'ended'
      ? current
      : passMilestones(current, due, day).state;
  }

  /** What holds of everything that is tried. Each answers what is against it; nothing, when it holds. */
  const PROMISES: Record<string, (tried: Tried) => unknown> = {
    'the version grows by one with each change and with nothing else': ({ before, after }) =>
      after.version - before.version !== (after === before ? 0 : 1),

    'what has ended stays as it is': ({ before, after }) =>
      before.stage === 'ended' && after !== before,

    'a signature or number once given is altered by corrections only': ({ before, after, given }) =>
      before.parties.some(
        ({ signature, number }, at) =>
          (signature && !isDeepStrictEqual(after.parties[at]?.signature, signature)) ||
          (number && !isDeepStrictEqual(after.parties[at]?.number, number)),
      ) && !['correctNumber', 'correctSignature'].includes(changeIn(before, given)),

    'what is in force keeps every signature': ({ before, after }) =>
      before.stage === 'active' && after.stage === 'active' && !isFullySigned(after),

    'dates that one side has signed change only when it has agreed': ({ before, after, given }) => {
      if (isDeepStrictEqual(after.term, before.term)) return false;
      const signed = before.parties.filter(({ outside, signature }) => !outside && signature);
      const asking =
        given.type === 'confirmChange' ? before.pending?.party : partyOf(before, given);
      const agreeing = given.type === 'confirmChange' ? [partyOf(before, given)] : [];
      return signed.some(({ id }) => id !== asking && !agreeing.includes(id));
    },

    'nobody agrees to what is not asked, and what is asked waits for somebody': ({ after }) =>
      after.pending !== null && (after.stage === 'ended' || after.pending.awaits.length === 0),

    'nothing is signed whose present text was not approved by all': ({ after }) =>
      (after.stage === 'active' || after.parties.some(({ signature }) => signature)) &&
      !after.approvals.every(({ approval }) => approval?.textVersion === after.text.version),

    'approvals are given in the order of the route': ({ before, after, given }) => {
      if (given.type !== 'approve' || after === before) return false;
      const step = after.approvals.find(({ id }) => id === given.step);
      return after.approvals.some(
        ({ approval }, at) =>
          step?.after.includes(at) && approval?.textVersion !== after.text.version,
      );
    },

    'approvals are given by other than the maker': ({ before, after, given }) => {
      if (given.type !== 'approve' || after === before) return false;
      const step = after.approvals.find(({ id }) => id === given.step);
      return (
        isDeepStrictEqual(step?.approval?.actedBy, after.text.handedInBy?.person) ||
        after.text.writers.includes(given.recordedBy.userId)
      );
    },

    'no account brings it into force alone': ({ after }) =>
      isFullySigned(after) &&
      new Set(after.parties.map(({ signature }) => signature?.recordedBy.userId)).size === 1,

    'it is in force only when all have signed and its start has come': ({ after, day }) =>
      after.stage === 'active' && !(isFullySigned(after) && after.term.start <= day),

    'the text lies on desks that know it, on each once': ({ after }) => {
      const { desks } = after.turn;
      const known = desksOf(after);
      return new Set(desks).size !== desks.length || desks.some((desk) => !known.includes(desk));
    },

    'an ending has a reason, and only what was in force has a last day': ({ after, day }) =>
      (after.stage === 'ended' && after.ending === null) ||
      // An end ahead is one of what is in force, on a day to come.
      (after.stage !== 'ended' &&
        after.ending !== null &&
        !(after.stage === 'active' && (after.ending.lastDay ?? '') >= day)) ||
      (after.ending?.reason === 'withdrawn' && after.ending.lastDay !== null),

    'what the next release wrote into an agreement stays': ({ after }) =>
      !isDeepStrictEqual(unknownIn(after), unknownIn(agreement)),

    'no day passes twice': ({ before, after }) =>
      after.milestonesPassedUntil < before.milestonesPassedUntil,

    'what was accepted had been shown as possible': ({ before, after, possible, given }) => {
      if (after === before) return false;
      const { party, step, onBehalfOf } = given as Record<string, unknown>;
      const offered = possible.filter(
        (each) =>
          each.command === given.type &&
          each.office === given.recordedBy.officeId &&
          each.party === party &&
          each.step === step &&
          each.onBehalfOf === onBehalfOf,
      );
      return offered.length !== 1;
    },

    'what is shown as possible is accepted': ({ before, day, possible, given }) =>
      possible.find((each) => {
        const { userId } = given.recordedBy;
        const example = commandFrom(before, day, [], each);
        const recordedBy = { ...example.recordedBy, userId };
        return refusalOf(before, { ...example, recordedBy }) !== null;
      }),
  };

  test('every promise holds', () => {
    const stages = new Set<string>();

    fc.assert(
      fc.property(aLifecycle, (tries) => {
        for (const tried of live(tries)) {
          stages.add(tried.after.stage);
          for (const [promise, against] of Object.entries(PROMISES)) {
            const found = against(tried);
            if (found) expect.fail(`${promise}: ${JSON.stringify({ found, ...tried })}`);
          }
        }
      }),
      { numRuns: SEQUENCES },
    );

    // Among them are agreements of every stage.
    expect([...stages].sort()).toEqual([
      'active',
      'approval',
      'drafting',
      'ended',
      'proposal',
      'review',
      'signing',
    ]);
  });

  test('what the next release wrote stays when news come, rules change and an older PostgreSQL takes it back', () => {
    const renewal = { id: 'next', state: 'running' } as const;
    const rules = { rulesVersion: 9 };
    const kept = { from: 1, numbersLost: [tondano], rules };

    const later = [
      noteRenewal(agreement, renewal),
      adoptRules(agreement, rules),
      restored(agreement, kept),
    ];

    for (const { state } of later) expect(unknownIn(state)).toEqual(unknownIn(agreement));
  });
});

describe('an outside party', () => {
  test('can be acted for by every inside party, and is asked for a letter', () => {
    const agreement = anAgreement({ parties: THREE_PARTIES, proposer: mitraLabour });
    const theirs = decide(
      agreement,
      command('submit', '2024-01-08', by.proposer, { to: OUTSIDER }),
    ).state;

    const steps = availableCommands(theirs, () => [mitraLabour, tondano], '2024-01-09').filter(
      (step) => step.command === 'submit',
    );

    expect(steps).toEqual([
      { command: 'submit', office: mitraLabour, onBehalfOf: OUTSIDER },
      { command: 'submit', office: tondano, onBehalfOf: OUTSIDER },
    ]);
  });
});
