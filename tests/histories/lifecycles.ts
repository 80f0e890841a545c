/**
 * The lifecycles whose histories are kept beside this file. Each is played once, on the real server,
 * when it is new; from then on every release has to be able to continue it.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { agreementEntity } from '../../activities/agreement/entity.ts';
import { recordingOf } from '../../activities/recording.ts';
import type { Transition } from '../../domain/agreement/transition.ts';
import type { EntityActivities } from '../../workflows/messages.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { Command } from '../../domain/agreement/command.ts';
import { openingOf } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { numbered } from '../../domain/agreement/transition.ts';
import { passMilestones } from '../../domain/milestones.ts';
import { propose } from '../../domain/agreement/proposal.ts';
import type { WorkerParts } from '../../worker/worker.ts';
import { ADVANCE_CLOCK } from '../../workflows/clock/messages.ts';
import { AGREEMENT_LIFECYCLE, lifecycleId } from '../../workflows/agreement/messages.ts';
import { longWorkQueue, newRules } from '../../workflows/messages.ts';
import { REPLAN, replanId, rulesPublished } from '../../workflows/calendar/messages.ts';
import {
  agreed,
  anActiveAgreement,
  anAgreementAt,
  aProposal,
  bothSign,
  by,
  command,
  OUTSIDER,
  theWayToSigning,
  THREE_PARTIES,
} from '../support/agreements.ts';
import { holders, offices } from '../support/cast.ts';
import { askFor } from '../support/asked.ts';
import { writeNote } from '../support/engine.ts';
import type { Engine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { gateAfter } from '../support/gates.ts';
import type { Gate } from '../support/gates.ts';
import { aLifecycle, aSignedLifecycle } from '../support/recorded.ts';
import { milestone } from '../../domain/shared/plan.ts';

/** What happens on an engine of the story's own, whose business clock begins on its first day. */
export type Story = (engine: Engine) => Promise<void>;

/** The day on which every story begins. */
export const FIRST_DAY = '2024-01-08';

const day = FIRST_DAY;
const { mitra, mitraLabour, tondano } = offices;
const THIS_YEAR = { start: day, end: '2024-12-31' };
const NEXT_YEAR = { start: '2025-01-01', end: '2025-12-31' };

/** Every story under the name of the file that holds its histories. */
export const LIFECYCLES: Record<string, Story> = {
  'mou-of-two-parties-over-three-years': async (engine) => {
    const regency = { officeId: mitra, userId: 'desk-mitra' };
    const { id } = await aLifecycle(
      engine,
      [
        command('submit', day, regency),
        command('submit', day, regency),
        command('submit', day, by.branch),
        command('approve', day, by.legal, { step: 'hukum' }),
        signature(regency, mitra, holders.actingRegentMitra),
        signature(by.branch, tondano, holders.headTondano),
      ],
      {
        kind: 'mou',
        form: 'nota-kesepakatan',
        term: { start: day, end: '2026-12-31' },
        proposer: mitra,
        proposingParty: mitra,
        parties: [
          { id: mitra, side: 'government', outside: false },
          { id: tondano, side: 'bpjs', outside: false },
        ],
      },
    );
    await engine.until(id, '2027-01-02');
  },

  'pks-of-three-parties-one-of-them-outside': async (engine) => {
    const { id } = await aLifecycle(
      engine,
      [
        command('submit', day, by.proposer, { to: tondano }),
        command('submit', day, by.branch),
        command('submit', day, by.proposer),
        command('submit', day, by.branch, { onBehalfOf: OUTSIDER, evidenceId: 'letter' }),
        command('approve', day, by.legal, { step: 'hukum' }),
        ...bothSign(day),
      ],
      { parties: THREE_PARTIES, term: { start: day, end: '2024-06-30' } },
    );
    const actedBy = { kind: 'outside' as const, id: 'their-director' };
    const theirs = { party: OUTSIDER, actedBy, signedOn: day, evidenceId: 'scan' };
    await engine.say(id, command('sign', day, by.branch, theirs));
    await engine.say(id, command('passTurn', day, by.proposer, { to: tondano }));
    await engine.until(id, '2024-07-02');
  },

  'pks-returned-twice': async (engine) => {
    const [takenUp, ...way] = theWayToSigning(day);
    const { id } = await aLifecycle(engine, [takenUp!, way[0]!, back()]);
    for (const each of [...anew(way), back(), ...anew(way)]) await engine.say(id, each);
    for (const each of bothSign(day)) await engine.say(id, each);
    await engine.until(id, '2024-03-01');
  },

  'withdrawn-in-drafting': async (engine) => {
    await aLifecycle(engine, [command('submit', day, by.proposer), withdrawal()]);
  },

  'numbered-and-terminated': async (engine) => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));
    await engine.say(id, await numbering(engine, id, 'B/1/2024', by.proposer));
    for (const each of bothSign(day)) await engine.say(id, each);
    await engine.until(id, '2024-04-02');
    await engine.say(id, await numbering(engine, id, '2/PKS/2024', by.branch, '2024-04-02'));
    await engine.say(
      id,
      command('terminate', '2024-05-10', by.branch, {
        reason: 'change-of-law',
        lastDay: '2024-05-09',
        evidenceId: 'minutes',
      }),
    );
    await engine.handle(id).result();
  },

  'given-other-dates': async (engine) => {
    const { id } = await aLifecycle(engine, [redating('2024-11-30'), ...theWayToSigning(day)]);
    // Other dates are another text, which is approved anew.
    await engine.say(id, redating('2024-10-31'));
    await engine.say(id, command('approve', day, by.legal, { step: 'hukum' }));
    for (const each of bothSign(day)) await engine.say(id, each);
    await engine.until(id, '2024-05-10');
    const last = { ...redating('2024-06-30'), businessDay: '2024-05-10' };
    for (const each of agreed(last)) await engine.say(id, each);
    await engine.until(id, '2024-07-02');
  },

  'corrected-declined-and-ended-on-the-day-agreed': async (engine) => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));
    const typed = await numbering(engine, id, 'C/1/2024', by.proposer);
    await engine.say(id, typed);
    const { numberNoteId: noteId } = (await numbering(
      engine,
      id,
      'C/7/2024',
      by.proposer,
    )) as Extract<Command, { type: 'recordNumber' }>;
    const reasonNoteId = 'why';
    const party = offices.mitraLabour;
    const number = { noteId, dated: day };
    await engine.say(
      id,
      command('correctNumber', day, by.proposer, { party, number, reasonNoteId }),
    );
    const [first, last] = bothSign(day) as [Command, Command];
    await engine.say(id, first);
    const none = { party, signature: null, reasonNoteId };
    await engine.say(id, command('correctSignature', day, by.proposer, none));
    for (const each of [first, last]) await engine.say(id, { ...each, commandId: randomUUID() });
    await engine.until(id, '2024-02-02');
    const on = '2024-02-02';
    const other = { ...redating('2024-11-30'), businessDay: on };
    await engine.say(id, other);
    const change = other.commandId;
    await engine.say(id, command('declineChange', on, by.branch, { change, reasonNoteId }));
    const titleNoteId = randomUUID();
    await writeNote(engine.ownerUrl, { id: titleNoteId, agreementId: id, text: 'PKS Nelayan' });
    const retitling = command('correctTitle', on, by.proposer, { titleNoteId, reasonNoteId });
    for (const each of agreed(retitling)) await engine.say(id, each);
    const ending = (lastDay: Day) =>
      command('terminate', on, by.proposer, {
        reason: 'agreed-by-parties',
        lastDay,
        evidenceId: 'minutes',
      });
    for (const each of agreed(ending('2024-03-31'))) await engine.say(id, each);
    const goingOn = command('continue', on, by.branch, { reasonNoteId });
    for (const each of agreed(goingOn, by.proposer)) await engine.say(id, each);
    for (const each of agreed(ending('2024-04-30'))) await engine.say(id, each);
    await engine.until(id, '2024-05-02');
    await engine.handle(id).result();
  },

  'renewed-in-time': async (engine) => {
    const { id } = await aSignedLifecycle(engine, { on: day, term: THIS_YEAR });
    const next = await aLifecycle(engine, theWayToSigning(day), { renewalOf: id, term: NEXT_YEAR });
    await engine.until(id, '2024-07-05');
    for (const each of bothSign(day)) await engine.say(next.id, each);
    await renewalOf(engine, id, 'signed');
    await engine.until(id, '2025-01-02');
    await engine.until(next.id, '2025-08-01');
  },

  'renewal-given-up': async (engine) => {
    const { id } = await aSignedLifecycle(engine, { on: day, term: THIS_YEAR });
    const first = await aLifecycle(engine, [], { renewalOf: id, term: NEXT_YEAR });
    await renewalOf(engine, id, 'running');
    await engine.say(first.id, withdrawal());
    await renewalOf(engine, id, null);
    await aLifecycle(engine, [], { renewalOf: id, term: NEXT_YEAR });
    await renewalOf(engine, id, 'running');
  },

  'renewal-terminated-before-its-first-day': async (engine) => {
    const { id } = await aSignedLifecycle(engine, { on: day, term: THIS_YEAR });
    const renewal = { renewalOf: id, term: NEXT_YEAR };
    const next = await aLifecycle(engine, [...theWayToSigning(day), ...bothSign(day)], renewal);
    const why = { reason: 'change-of-law' as const, lastDay: day, evidenceId: 'minutes' };
    await engine.say(next.id, command('terminate', day, by.branch, why));
    await renewalOf(engine, id, null);
  },

  'renewal-forgotten-and-late': async (engine) => {
    const { id } = await aSignedLifecycle(engine, { on: day, term: THIS_YEAR });
    await engine.until(id, '2025-02-01');
    const term = { start: '2025-02-03', end: '2025-12-31' };
    await aLifecycle(engine, [command('submit', day, by.proposer)], { renewalOf: id, term });
  },

  'renewal-refused-at-birth': async (engine) => {
    const { id } = await aLifecycle(engine);
    const unborn = propose(aProposal({ renewalOf: id, term: NEXT_YEAR }));
    await askFor(engine, unborn.id, unborn.created);
    const { clockOffset } = await engine.stored(id);
    await engine.client.workflow.execute(AGREEMENT_LIFECYCLE, {
      taskQueue: engine.taskQueue,
      workflowId: lifecycleId(unborn.id),
      args: [{ ...unborn, clockOffset }],
    });
  },

  'reminded-every-day': async (engine) => {
    await publish(engine, 2, everyDay(45));
    const { id } = await aSignedLifecycle(engine, { on: day, rulesVersion: 2 });
    await engine.until(id, '2025-01-02');
  },

  'restored-after-a-long-absence': async (engine) => {
    // More than one plan holds is due on the day of the return.
    await publish(engine, 2, everyDay(60));
    await givenBack(engine, anActiveAgreement({ rulesVersion: 2 }), '2024-12-20');
    await givenBack(engine, anActiveAgreement(), '2025-01-06');
    const draft = await givenBack(engine, anAgreementAt('review'), day);
    await engine.say(draft, command('submit', day, by.branch));
  },

  'commands-while-the-engine-was-away': async (engine) => {
    await engine.rest();
    const before = { ...anActiveAgreement(), milestonesPassedUntil: '2024-07-01' };
    const plain = await givenBack(engine, before, '2024-12-24');
    const reserving = await givenBack(engine, before, '2024-12-24');
    const over = await givenBack(engine, before, '2025-01-01');
    const numbered = await numbering(engine, reserving, '3/PKS/2024', by.branch, '2024-12-24');
    const asked = [
      engine.say(plain, command('passTurn', '2024-12-24', by.proposer, { to: tondano })),
      engine.say(reserving, numbered),
      engine.say(over, { ...redating('2025-06-30'), businessDay: '2024-12-31' }),
    ];
    await engine.wake();
    await Promise.all(asked);
  },

  'refused-and-repeated': async (engine) => {
    const way = theWayToSigning(day);
    const { id } = await aLifecycle(engine, way);
    const wrong = signature(by.proposer, mitraLabour, holders.labourHeadMinahasa);
    await engine.say(id, wrong);
    await engine.say(id, wrong);
    await refused(engine, id, command('submit', day, by.stranger));
    await engine.say(id, way[0]!);
    await engine.say(id, back());
    await engine.say(id, wrong);
  },

  'one-number-reserved-twice': async (engine) => {
    const [one, other] = [
      await aLifecycle(engine, theWayToSigning(day)),
      await aLifecycle(engine, theWayToSigning(day)),
    ];
    await Promise.all(
      [one, other].map(async ({ id }) =>
        engine.say(id, await numbering(engine, id, '4/PKS/2024', by.branch)),
      ),
    );
    // Several for one party at once: each waits for the reservation before it.
    const many = ['5', '6', '7'].map((text) => numbering(engine, one.id, text, by.proposer));
    await Promise.all(many.map(async (each) => engine.say(one.id, await each)));
  },

  'many-commands-at-once': async (engine) => {
    const { id } = await aLifecycle(engine);
    const ends = ['2024-11-10', '2024-11-11', '2024-11-12', '2024-11-13'];
    await Promise.all([
      ...ends.map((end) => engine.say(id, redating(end))),
      engine.say(id, command('submit', day, by.proposer)),
      ...ends.map((end) => engine.say(id, redating(end))),
    ]);
  },

  'withdrawn-while-a-reservation-was-asked-for': (engine) =>
    held(engine, 'reserveForAgreement', async (gate) => {
      const { id } = await aLifecycle(engine, theWayToSigning(day));
      const signed = engine.say(id, bothSign(day)[0]!);
      await gate.reached;
      const withdrawn = engine.say(id, withdrawal());
      gate.open();
      await Promise.all([signed, withdrawn]);
    }),

  'returned-while-a-reservation-was-asked-for': (engine) =>
    held(engine, 'reserveForAgreement', async (gate) => {
      const { id } = await aLifecycle(engine, theWayToSigning(day));
      const signed = engine.say(id, bothSign(day)[0]!);
      await gate.reached;
      const returned = engine.say(id, back());
      gate.open();
      await Promise.all([signed, returned]);
    }),

  'renewed-while-a-reservation-was-asked-for': (engine) =>
    held(engine, 'reserveForAgreement', async (gate) => {
      const state = anActiveAgreement({ term: THIS_YEAR });
      const id = await givenBack(engine, state, '2024-02-01');
      const numbered = engine.say(id, await numbering(engine, id, '8/PKS/2024', by.branch));
      await gate.reached;
      await aLifecycle(engine, [], { renewalOf: id, term: NEXT_YEAR });
      gate.open();
      await numbered;
      await renewalOf(engine, id, 'running');
    }),

  'a-day-broke-while-a-reservation-was-asked-for': (engine) =>
    held(engine, 'reserveForAgreement', async (gate) => {
      // Two seconds before the reminder of 4 July the worker goes, and with it the answer.
      const state = anActiveAgreement({ term: THIS_YEAR });
      const id = await givenBackAt(engine, state, openingOf('2024-07-04', state.zone) - 2_000);
      const numbered = engine.say(id, await numbering(engine, id, '9/PKS/2024', by.branch));
      await gate.reached;
      const resting = engine.rest();
      await pause(2_500);
      gate.open();
      await resting;
      await engine.wake();
      await numbered;
    }),

  'commands-that-waited-for-a-worker': async (engine) => {
    const { id } = await aLifecycle(engine, theWayToSigning(day));
    await engine.rest();
    const asked = [
      engine.say(id, await numbering(engine, id, '10/PKS/2024', by.proposer)),
      engine.say(id, bothSign(day)[0]!),
      engine.say(id, back()),
    ];
    await engine.handle(id).signal(newRules, { rulesVersion: 2 });
    await pause(500);
    await engine.wake();
    await Promise.all(asked);
  },

  'a-reminder-that-was-recorded-and-forgotten': async (engine) => {
    const state = {
      ...anActiveAgreement({ term: THIS_YEAR }),
      milestonesPassedUntil: '2024-12-20',
    };
    const id = await givenBack(engine, state, '2024-12-24', async (record, agreement) => {
      const due = [reminderOn('2024-12-24')];
      await record({
        change: passMilestones(agreement, due, '2024-12-24'),
        cause: { by: 'time', due, day: '2024-12-24' },
      });
    });
    await engine.say(id, command('passTurn', '2024-12-24', by.proposer, { to: tondano }));
  },

  'news-and-a-command-that-found-another-record': async (engine) => {
    // What was recorded under the next version by a worker that died is adopted by both.
    const adopted = async (record: Recorder, agreement: AgreementState) => {
      const step = { state: agreement, events: [] };
      const cause = { by: 'engine' as const, key: `test/${agreement.id}/lost`, day: '2024-02-01' };
      await record({ change: numbered(agreement, step), cause });
    };
    const state = {
      ...anActiveAgreement({ term: THIS_YEAR }),
      milestonesPassedUntil: '2024-02-01',
    };
    const told = await givenBack(engine, state, '2024-02-01', adopted);
    await engine.handle(told).signal(newRules, { rulesVersion: 2 });
    await eventually(async () =>
      (await engine.stored(told)).rulesVersion === 2 ? true : undefined,
    );
    const asked = await givenBack(engine, state, '2024-02-01', adopted);
    await engine.say(asked, command('passTurn', '2024-02-01', by.proposer, { to: tondano }));
  },

  'commands-that-nobody-asked-for': async (engine) => {
    const { id } = await aLifecycle(engine);
    await engine.tell(id, command('submit', day, by.proposer));
    const unborn = propose(aProposal());
    await engine.client.workflow.execute(AGREEMENT_LIFECYCLE, {
      taskQueue: engine.taskQueue,
      workflowId: lifecycleId(unborn.id),
      args: [{ ...unborn, clockOffset: engine.clockOffset }],
    });
  },

  'recorded-too-slowly-for-a-local-activity': (engine) =>
    held(engine, 'recordAgreement', async (gate) => {
      const { id } = await aLifecycle(engine);
      await untilLocalPatienceEnds(gate);
      await engine.say(id, command('submit', day, by.proposer));
    }),

  'recorded-after-failing-locally': async (engine) => {
    await engine.rest();
    await engine.wake({ activityInterceptors: failingAtFirst('recordAgreement', 6) });
    const { id } = await aLifecycle(engine);
    await engine.say(id, command('submit', day, by.proposer));
  },

  'planned-too-slowly-for-a-local-activity': (engine) =>
    held(engine, 'planAgreement', async (gate) => {
      const id = await givenBack(engine, anActiveAgreement({ term: THIS_YEAR }), '2024-02-01');
      await untilLocalPatienceEnds(gate);
      await engine.say(id, command('passTurn', '2024-02-01', by.proposer, { to: tondano }));
    }),

  'new-reminder-rules': async (engine) => {
    const { id } = await aSignedLifecycle(engine, { on: day });
    const half = { start: '2024-02-01', end: '2024-07-30' };
    const overtaken = await aSignedLifecycle(engine, { on: day, term: half });
    await aLifecycle(engine);
    await publish(engine, 2, [150, 30]);
    // Its first reminder falls due before anybody has told it of the new rules.
    await engine.until(overtaken.id, '2024-08-02');
    for (let told = 0; told < 2; told += 1) {
      const round = await engine.client.workflow.signalWithStart(REPLAN, {
        taskQueue: longWorkQueue(engine.taskQueue),
        workflowId: replanId(engine.taskQueue),
        signal: rulesPublished,
        signalArgs: [],
      });
      await round.result();
    }
    await engine.until(id, '2025-01-02');
  },

  'training-clock-moved': async (engine) => {
    await engine.setClock(day);
    await engine.client.workflow.execute(ADVANCE_CLOCK, {
      taskQueue: longWorkQueue(engine.taskQueue),
      workflowId: 'advance-clock',
      args: [{ to: '2024-01-10', userId: 'admin-operator', requestId: 'req' }],
    });
  },
};

const withdrawal = () => command('withdraw', day, by.branch, { reasonNoteId: 'why' });
const back = () => command('return', day, by.branch, { reasonNoteId: 'why' });
const everyDay = (days: number) => Array.from({ length: days }, (_, before) => before);

/** The same commands again, as others. */
function anew(commands: Command[]): Command[] {
  return commands.map((each) => ({ ...each, commandId: randomUUID() }));
}

function redating(end: Day): Command {
  const term = { start: day, end };
  const papers = { reasonNoteId: 'why', evidenceId: 'addendum' };
  return command('changeDates', day, by.proposer, { term, ...papers });
}

function signature(who: { officeId: string; userId: string }, party: string, holder: string) {
  const actedBy = { kind: 'holder' as const, id: holder };
  return command('sign', day, who, { party, actedBy, signedOn: day });
}

/** A number for a party, with its text already beside the agreement. */
async function numbering(
  engine: Engine,
  id: string,
  text: string,
  ...[who, on = day]: [who: { officeId: string; userId: string }, on?: Day]
): Promise<Command> {
  const numberNoteId = randomUUID();
  await writeNote(engine.ownerUrl, { id: numberNoteId, agreementId: id, text });
  return command('recordNumber', on, who, { party: who.officeId, numberNoteId, dated: on });
}

async function refused(engine: Engine, id: string, said: Command): Promise<void> {
  const answer = await engine.say(id, said).catch(() => 'refused');
  if (answer !== 'refused') throw new Error(`${said.type} should have been refused`);
}

function renewalOf(engine: Engine, id: string, state: 'running' | 'signed' | null) {
  return eventually(async () => {
    const { renewal } = await engine.stored(id);
    return (renewal?.state ?? null) === state ? true : undefined;
  });
}

const reminderOn = (dueDay: Day) => milestone('agreement', { kind: 'reminder', dueDay });

type Recorder = EntityActivities<AgreementState, Command, Transition>['record'];

/**
 * Gives a recorded lifecycle back on the morning of a day, as restoring does. What is recorded besides
 * is what a worker did that died before its workflow knew.
 */
function givenBack(
  engine: Engine,
  state: AgreementState,
  on: Day,
  besides?: (record: Recorder, agreement: AgreementState) => Promise<void>,
): Promise<string> {
  return givenBackAt(engine, state, openingOf(on, state.zone, 9), besides);
}

async function givenBackAt(
  engine: Engine,
  state: AgreementState,
  instant: number,
  besides: Parameters<typeof givenBack>[3] = () => Promise.resolve(),
) {
  const agreement = { ...state, id: randomUUID(), clockOffset: instant - Date.now() };
  const { id, titleNoteId } = agreement;
  await writeNote(engine.ownerUrl, { id: titleNoteId, agreementId: id, text: 'PKS contoh' });
  const { database } = engine;
  const { record } = recordingOf(agreementEntity, {
    database,
    release: 'test',
    mailDomain: 'example.test',
  });
  await record({
    change: { state: agreement, events: [], desksToNotify: [] },
    cause: { by: 'engine', key: `test/${id}`, day: agreement.created.businessDay },
  });
  await besides(record, agreement);
  await engine.start(agreement, agreement.clockOffset);
  return id;
}

/** Fails the first attempts at activities of this type, as a store does that is being mended. */
function failingAtFirst(type: string, times: number): WorkerParts['activityInterceptors'] {
  let failures = 0;
  return [
    ({ info }) => ({
      inbound: {
        execute(input, next) {
          if (info.activityType !== type || failures === times) return next(input);
          failures += 1;
          throw ApplicationFailure.retryable('not yet', 'Unexpected');
        },
      },
    }),
  ];
}

/** Opens the gate when the three seconds are over for which an activity is tried locally. */
async function untilLocalPatienceEnds(gate: Gate): Promise<void> {
  await gate.reached;
  await pause(3_500);
  gate.open();
}

async function publish(engine: Engine, version: number, daysBefore: number[]): Promise<void> {
  await engine.ask(
    `insert into reminder_policy (version, days_before, mail_hour, source)
     values ($1, $2, 7, 'contoh')`,
    [version, daysBefore],
  );
}

/** Plays with a worker whose first activity of this type stands at a gate after its commit. */
async function held(engine: Engine, activity: string, play: (gate: Gate) => Promise<void>) {
  const gate = gateAfter(activity);
  await engine.rest();
  await engine.wake({ activityInterceptors: gate.interceptors });
  await play(gate);
}
