/** A year in force: what its events, its replay and its fast-forward cost. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { fastForward } from '../../activities/clock/fast-forward.ts';
import type { Command } from '../../domain/agreement/command.ts';
import { openingOf } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { anActiveAgreement, command } from '../../tests/support/agreements.ts';
import { offices } from '../../tests/support/cast.ts';
import { commandUpdate } from '../../workflows/messages.ts';
import { lifecycleId } from '../../workflows/agreement/messages.ts';
import type { BenchEnvironment } from '../bench-environment.ts';
import { median, round, ROUNDS, spread } from '../row.ts';
import type { Row } from '../row.ts';
import { begin } from './begin.ts';

/** The bench's own rules: twelve reminders in a year, and the days on which they fall. */
const TWELVE = [330, 300, 270, 240, 210, 180, 150, 120, 90, 60, 30, 7];
const ON_THEIR_DAYS = [
  '2024-02-05',
  '2024-03-06',
  '2024-04-05',
  '2024-05-05',
  '2024-06-04',
  '2024-07-04',
  '2024-08-03',
  '2024-09-02',
  '2024-10-02',
  '2024-11-01',
  '2024-12-01',
  '2024-12-24',
];
const SIX = TWELVE.slice(6);

const TERM = { start: '2024-01-01', end: '2024-12-31' };

/** Days of the year on which people do something: nine times pass the originals, once mend the dates. */
const COMMAND_DAYS = [
  '2024-01-10',
  '2024-02-10',
  '2024-03-10',
  '2024-04-10',
  '2024-05-10',
  '2024-06-10',
  '2024-07-10',
  '2024-08-10',
  '2024-09-10',
  '2024-10-10',
];

type History = Awaited<
  ReturnType<ReturnType<BenchEnvironment['client']['workflow']['getHandle']>['fetchHistory']>
>;

/** Events, replay and fast-forward of a year with twelve reminders and ten commands. */
export async function yearRows(
  stage: BenchEnvironment,
  say: (line: string) => void,
): Promise<Row[]> {
  say('A year in force …');
  const twelve = await stage.publishPolicy(TWELVE);

  const forwards: number[] = [];
  for (let at = 0; at < ROUNDS; at += 1) {
    await stage.untilMailed();
    forwards.push((await aYear(stage, twelve, [])).seconds);
    say(`Fast-forward, round ${at + 1} of ${ROUNDS}: ${round(forwards.at(-1) ?? 0)} s`);
  }
  const busy = await historiesOf(stage, (await aYear(stage, twelve, COMMAND_DAYS)).id);
  const quiet = await historiesOf(stage, (await aYear(stage, twelve, [])).id);
  // Published last: newer rules would overtake every plan made by the older.
  const six = await stage.publishPolicy(SIX);
  const half = await historiesOf(stage, (await aYear(stage, six, [])).id);
  const perReminder = (countOf(quiet) - countOf(half)) / (TWELVE.length - SIX.length);
  const longest = busy.reduce((one, other) => (eventsIn(one) > eventsIn(other) ? one : other));
  const replays = await replayTimes(longest);
  const perSecondReplayed = eventsIn(longest) / (median(replays) / 1000);
  return [
    {
      metric: 'events of an agreement-year: 12 reminders, 10 commands, summed over runs',
      value: countOf(busy),
      unit: 'events',
      goal: 200,
      better: 'lower',
      against:
        '12 bare timers with one local activity each make 77 events; what only skipping adds is not counted',
    },
    {
      metric: 'events per reminder',
      value: round(perReminder),
      unit: 'events',
      goal: 7,
      better: 'lower',
      against: 'a year of 12 reminders less a year of 6, by the difference',
    },
    {
      metric: `replay of its longest run (${eventsIn(longest)} events with skips)`,
      value: round(median(replays)),
      unit: 'ms',
      goal: 50,
      better: 'lower',
      against: `${round(perSecondReplayed)} events/s on one core; ${spread(replays)}`,
    },
    {
      metric: '12 milestones fast-forwarded, each on its day',
      value: round(median(forwards)),
      unit: 's',
      goal: 3,
      better: 'lower',
      against: `the server's own 0.1 s a skip, 13 skips; ${spread(forwards)}`,
    },
  ];
}

/** Runs one agreement from the first day of its term to the day after the last. */
async function aYear(
  stage: BenchEnvironment,
  rulesVersion: number,
  commandDays: readonly Day[],
): Promise<{ id: string; seconds: number }> {
  const clockOffset = openingOf(TERM.start, 'Asia/Makassar', 8) - Date.now();
  const state = anActiveAgreement({ on: '2023-12-20', term: TERM, rulesVersion, clockOffset });
  const workflowId = lifecycleId(state.id);
  const to = (day: Day) =>
    fastForward(stage.client, workflowId, openingOf(day, 'Asia/Makassar', 8) - clockOffset);
  await begin(stage, state);
  await untilWaiting(stage, workflowId);

  for (const [at, day] of commandDays.entries()) {
    await to(day);
    const given = at === 4 ? mendDates(day) : passOriginals(day, at);
    await stage.askFor(state.id, given);
    await stage.client.workflow
      .getHandle(workflowId)
      .executeUpdate(commandUpdate(given.type), { args: [given] });
  }
  const began = performance.now();
  await to('2025-01-02');
  const seconds = (performance.now() - began) / 1000;
  await requireDays(stage, state.id, rulesVersion);
  return { id: state.id, seconds };
}

// By looking at its timer from outside: a query would take a workflow task of its own.
async function untilWaiting({ client }: BenchEnvironment, workflowId: string): Promise<void> {
  for (;;) {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    if (events?.some(({ timerStartedEventAttributes }) => timerStartedEventAttributes)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function passOriginals(day: Day, at: number): Command {
  // Mending the dates took the place of one pass, so the desks alternate by what went before.
  const passed = at > 4 ? at - 1 : at;
  const [from, to] =
    passed % 2 === 0
      ? [offices.mitraLabour, offices.tondano]
      : [offices.tondano, offices.mitraLabour];
  return command('passTurn', day, { officeId: from }, { to });
}

function mendDates(day: Day): Command {
  return command(
    'changeDates',
    day,
    { officeId: offices.mitraLabour },
    {
      term: { ...TERM, start: '2024-01-02' },
      reasonNoteId: randomUUID(),
      evidenceId: 'letter',
    },
  );
}

async function requireDays(
  { database }: BenchEnvironment,
  agreementId: string,
  policy: number,
): Promise<void> {
  const recorded = await database.withActor({ kind: 'engine' }, (tx) =>
    tx.auditEvent.findMany({ where: { agreementId }, orderBy: { seq: 'asc' } }),
  );
  const reminded = recorded
    .map(({ event }) => event as { businessDay: Day; events: { kind: string }[] })
    .filter(({ events }) => events.some(({ kind }) => kind === 'reminded'))
    .map(({ businessDay }) => businessDay);
  const expected = policy === 3 ? ON_THEIR_DAYS.slice(6) : ON_THEIR_DAYS;
  if (reminded.join() !== expected.join()) {
    throw new Error(`reminders came on ${reminded.join()} and not on ${expected.join()}`);
  }
}

/** The histories of all runs of a lifecycle. */
async function historiesOf({ client }: BenchEnvironment, id: string): Promise<History[]> {
  const histories: History[] = [];
  const query = `WorkflowId = '${lifecycleId(id)}'`;
  // Visibility follows the runs a moment later.
  for (let tries = 0; histories.length === 0 && tries < 100; tries += 1) {
    for await (const { runId } of client.workflow.list({ query })) {
      histories.push(await client.workflow.getHandle(lifecycleId(id), runId).fetchHistory());
    }
  }
  return histories;
}

// Skipping time leaves events of its own, which an agreement in real time does not have.
const OF_SKIPPING = [
  proto.temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
  proto.temporal.api.enums.v1.EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
];

function countOf(histories: readonly History[]): number {
  return histories
    .flatMap(({ events }) => events ?? [])
    .filter(({ eventType }) => !OF_SKIPPING.includes(eventType ?? 0)).length;
}

function eventsIn({ events }: History): number {
  return events?.length ?? 0;
}

/** Milliseconds of one replay, without what starting a replayer costs. */
async function replayTimes(history: History): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < ROUNDS; at += 1) {
    const few = await replaying(history, 5);
    const many = await replaying(history, 45);
    times.push((many - few) / 40);
  }
  return times;
}

async function replaying(history: History, copies: number): Promise<number> {
  const workflowBundle = { codePath: path.resolve('build/workflows.js') };
  const histories = Array.from({ length: copies }, (_each, at) => ({
    workflowId: `replay-${at}`,
    history,
  }));
  const began = performance.now();
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    if (error) throw error;
  }
  return performance.now() - began;
}
