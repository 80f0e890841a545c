/**
 * Runs an entity: something that lasts for years and is changed by people's commands, by days that
 * come, and by news from elsewhere, and whose every change PostgreSQL records. What it is and what its
 * rules say stands in its `Entity`; what follows holds for all of them.
 *
 * 1. One change at a time: a command, a milestone or a piece of news is decided, granted by
 *    PostgreSQL where that is needed, and recorded before the next one is looked at.
 * 2. Nothing that a handler or the run decides depends on where one activation of the workflow
 *    ends, because a replay may cut activations elsewhere (docs/adr/0024). So every handler waits
 *    before it acts, also when it need not; handlers that wait take turns by rank and by the instant
 *    of their command, not by which of them started first; the clock is read only where something
 *    is recorded at once; and how long a run may become is counted from its changes, not asked of
 *    the history.
 * 3. A change is written by one activity, in one transaction: copy, timeline, audit, mail and plan.
 *    Writing is keyed and versioned, so repeating it is harmless. A version is recorded once: where
 *    PostgreSQL holds it already, from an attempt whose task was lost, what it holds is adopted.
 * 4. After a command that activity is a regular one: acceptance and its scheduling are committed
 *    together, so nothing is recorded that this workflow does not know. After a milestone it is
 *    a local one first, because time brings the same milestone again if the task is lost.
 * 5. A command that the rules forbid at once is refused by its validator and leaves no trace. What
 *    is refused later, by the rules or by PostgreSQL, is refused by an answer.
 * 6. A command id that was answered gets the same answer, in this run and in the next.
 * 7. What is due on the day of a command passes before the command is decided. What is not due any
 *    more by PostgreSQL's tables is moot: nothing is recorded, and the plan is made anew.
 */
import {
  allHandlersFinished,
  condition,
  makeContinueAsNewFunc,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { SearchAttributePair } from '@temporalio/common';
import { answerOf, remember } from '../domain/shared/command-metadata.ts';
import type { CommandResult } from '../domain/shared/command-metadata.ts';
import { dayAt, later, yearOf } from '../domain/shared/day.ts';
import type { Day, Instant } from '../domain/shared/day.ts';
import type { Refusal } from '../domain/shared/refusal.ts';
import { activitiesOf } from './entity-activities.ts';
import { onSignal } from './entity.ts';
import type { Entity, News } from './entity.ts';
import type { EntityState } from '../domain/shared/entity.ts';
import { commandUpdate, newRules } from './messages.ts';
import type { EntityCommand, EntityResult, Recorded } from './messages.ts';
import { orFailure, orRefusal } from './refusal.ts';
import {
  asksForMore,
  dueAt,
  dueBy,
  emptyPlan,
  mergePlans,
  milestonesKey,
  restOfPlan,
  rulesKey,
  isOlder,
} from '../domain/shared/plan.ts';
import type { Milestone, Plan, Rules } from '../domain/shared/plan.ts';

/**
 * About how many events a run may have. Beyond, it continues as new as soon as no handler is running, so that
 * no replay takes longer than about 50 ms (docs/adr/0016). A year with a dozen reminders and ten commands has
 * about 200, so it takes two runs.
 */
const LONGEST_RUN = 120;

/**
 * About how many events of a run's history each thing costs. Counted here, because the length that
 * the history has at a moment depends on where activations end.
 */
const EVENTS = { beginning: 5, command: 11, reservation: 6, milestone: 7, news: 5 } as const;

/**
 * A handler that waits to change the entity. Turns are taken by rank; commands by the instant at which
 * they were given, then by id; news by its kind, and news of one kind in the order in which it came.
 */
type Turn = { rank: number; givenAt: Instant; id: string; isReady: () => boolean };
const RANK = { time: 0, news: 1, command: 1_000 } as const;
const ALWAYS_READY = { givenAt: 0, id: '', isReady: () => true };

function inOrder(one: Turn, other: Turn): number {
  return (
    one.rank - other.rank ||
    one.givenAt - other.givenAt ||
    Number(one.id > other.id) - Number(one.id < other.id)
  );
}

/**
 * One entity's workflow, or a stretch of it: until the next stretch or budget year, or until the run
 * is long. A run that follows another is handed what that one had planned.
 */
export async function runEntity<
  State extends EntityState,
  Command extends EntityCommand,
  Change extends { state: State },
>(entity: Entity<State, Command, Change>, input: State, planned?: Plan): Promise<EntityResult> {
  const { record, recordSwiftly, planSwiftly, reserve } = activitiesOf<State, Command, Change>(
    entity.activities,
  );
  let state = input;
  let plan = planned ?? emptyPlan(state);
  let begun = false;
  let changing = false;
  let waiting: Turn[] = [];
  let events: number = EVENTS.beginning;
  // The time of the run's first event; the time of its first activation may be much later.
  const openedAt = workflowInfo().startTime.getTime() + input.clockOffset;
  const opened = { stretch: entity.stretchOf(input), year: yearOf(dayAt(openedAt, input.zone)) };
  let yearHasTurned = false;

  for (const type of entity.commands) {
    setHandler(commandUpdate<Command>(type), answer, { validator: refuseEarly });
  }
  for (const [kind, listen] of [onSignal(newRules, newsOfRules), ...entity.signals].entries()) {
    listen((hear) => learn(kind, hear));
  }

  const refusal = await start();
  if (refusal) return { refusal };
  begun = true;

  while (!entity.isEnded(state)) {
    const [next] = plan.milestones;
    if (next && (await itsDayComes(next))) await pass(next);
    else if (!next) await condition(() => plan.milestones.length > 0 || mayStop());
    if (mayStop()) break;
  }

  await condition(allHandlersFinished);
  return entity.isEnded(state) ? { refusal: null } : continueAsNew();

  // -- The beginning, and that of the next run

  async function start(): Promise<Refusal | null> {
    if (state.version > 0) {
      if (!planned) plan = await planSwiftly(state);
      return null;
    }
    const change = entity.begin(state);
    const recorded = await recordSwiftly({ change, cause: { by: 'person', given: state.created } });
    if (recorded.refusal) return recorded.refusal;
    await take(change, recorded);
    return null;
  }

  function continueAsNew(): Promise<EntityResult> {
    const typedSearchAttributes = entity.searchAttributesOf(state);
    return makeContinueAsNewFunc<NextRun>({ typedSearchAttributes })(state, plan);
  }

  // -- One change at a time

  /**
   * Does this work when no other change is under way and no turn before this one is ready. Repeats it when
   * it answers undefined: the state that it was decided on has been replaced meanwhile.
   */
  async function inTurn<T>(turn: Turn, work: () => Promise<T | undefined>): Promise<T> {
    const isNext = () => begun && !changing && nextInTurn() === turn;
    for (;;) {
      waiting.push(turn);
      // The SDK tries conditions after each job of an activation, so the first handler may be released
      // before the others have started. Looking again lets one of them go first.
      do await condition(isNext);
      while (!isNext());
      waiting = waiting.filter((each) => each !== turn);
      changing = true;
      try {
        const done = await work();
        if (done !== undefined) return done;
      } finally {
        changing = false;
      }
    }
  }

  // Not in the order in which handlers started, which differs between a workflow's first activation and
  // a later one (docs/adr/0024).
  function nextInTurn(): Turn | undefined {
    const ready = waiting.filter((turn) => turn.isReady() || entity.isEnded(state));
    return ready.sort(inOrder)[0];
  }

  /** Takes over what was recorded: this change, or what PostgreSQL held under its version before. */
  async function take(change: Change, recorded: Recorded<State>, day?: Day): Promise<void> {
    const before = state;
    state = recorded.held ?? change.state;
    ({ plan } = recorded);
    if (day !== undefined && yearOf(day) > opened.year) yearHasTurned = true;
    const changed = changedAttributes(before, state);
    // The next run is begun with them.
    const isFollowed = isRunOver() && !entity.isEnded(state);
    if (!isFollowed && changed.length > 0) upsertSearchAttributes(changed);
    await entity.afterRecording?.(before.version > 0 ? before : null, state);
  }

  function changedAttributes(before: State, after: State): SearchAttributePair[] {
    const known = new Set(entity.searchAttributesOf(before).map((each) => JSON.stringify(each)));
    return entity.searchAttributesOf(after).filter((each) => !known.has(JSON.stringify(each)));
  }

  // -- Commands

  // While a change is being recorded, people may already act on it: PostgreSQL tells it first. By the state
  // before, this could refuse what is right.
  function refuseEarly(command: Command): void {
    if (changing || !begun) return;
    if (!answerOf(state, command.commandId)) orFailure(() => entity.decide(state, command));
  }

  function answer(command: Command): Promise<CommandResult> {
    const isReady = () => dueBy(plan, command.businessDay).length === 0;
    const { givenAt, commandId: id } = command;
    return inTurn(
      { rank: RANK.command, givenAt, id, isReady },
      async () => answerOf(state, id) ?? (await carryOut(command)),
    );
  }

  /** Decides a command and has it recorded; undefined when it has to be decided once more. */
  async function carryOut(command: Command): Promise<CommandResult | undefined> {
    events += EVENTS.command;
    const decision = orRefusal(() => entity.decide(state, command));
    if ('refusal' in decision) return refuse(command, decision.refusal);

    if (entity.needsReservation(state, command)) {
      events += EVENTS.reservation;
      const refused = await reserve({ state, command });
      if (refused) return refuse(command, refused);
    }
    const change = decision.done;
    const recorded = await record({ change, cause: { by: 'person', given: command } });
    if (recorded.refusal) return refuse(command, recorded.refusal);
    await take(change, recorded, command.businessDay);
    return answerOf(state, command.commandId);
  }

  function refuse({ commandId: id }: Command, refused: Refusal): CommandResult {
    const { version } = state;
    state = remember(state, { id, version, code: refused.code });
    return { version, refusal: refused };
  }

  // -- Time

  function now(): Instant {
    return Date.now() + state.clockOffset;
  }

  function today(): Day {
    return dayAt(now(), state.zone);
  }

  /** Waits for the milestone's day. False when the plan changes or the run may stop before. */
  async function itsDayComes(milestone: Milestone): Promise<boolean> {
    const isDisturbed = () => mayStop() || plan.milestones[0]?.key !== milestone.key;
    // Not 0: for that the SDK would leave a marker of its own in the history.
    return !(await condition(isDisturbed, Math.max(1, dueAt(milestone, state) - now())));
  }

  /** Lets everything happen that is due now that this milestone's day has come. */
  async function pass({ dueDay }: Milestone): Promise<void> {
    await inTurn({ rank: RANK.time, ...ALWAYS_READY }, async () => {
      const day = later(dueDay, today());
      const due = dueBy(plan, day);
      const more = due.find(asksForMore);
      if (entity.isEnded(state) || due.length === 0) return 'passed';
      events += EVENTS.milestone;
      if (!more) return passOn(day, due);
      plan = mergePlans(plan, await planSwiftly(restOfPlan(state, more)));
      return 'passed';
    });
  }

  /** Records what is due; undefined when it turned out to be moot and there is a new plan. */
  async function passOn(day: Day, due: readonly Milestone[]): Promise<'passed' | undefined> {
    const change = entity.pass(state, due, day);
    const recorded = await recordSwiftly({ change, cause: { by: 'time', due, day } });
    if (!recorded.moot) {
      await take(change, recorded, day);
      return 'passed';
    }
    plan = recorded.moot;
    // Where the new plan follows newer rules, adopting them is recorded.
    const news = newsOfRules(state, plan);
    if (news) await recordNews(news.change, `${milestonesKey(due)}/${news.key}`);
    return undefined;
  }

  /** Whether the run may give way to the next, or everything is over. */
  function mayStop(): boolean {
    return entity.isEnded(state) || (isRunOver() && !changing && allHandlersFinished());
  }

  function isRunOver(): boolean {
    return entity.stretchOf(state) !== opened.stretch || yearHasTurned || events >= LONGEST_RUN;
  }

  // -- News from elsewhere

  function newsOfRules(current: State, rules: Rules): News<Change> {
    return isOlder(current, rules)
      ? { change: entity.adoptRules(current, rules), key: rulesKey(rules) }
      : null;
  }

  /** Records what a signal tells, if it changes anything. */
  async function learn(kind: number, hear: (state: State) => News<Change>): Promise<void> {
    await inTurn({ rank: RANK.news + kind, ...ALWAYS_READY }, async () => {
      events += EVENTS.news;
      const news = entity.isEnded(state) ? null : hear(state);
      if (!news) return 'heard';
      const recorded = await recordNews(news.change, news.key);
      return recorded.held ? undefined : 'heard';
    });
  }

  async function recordNews(change: Change, key: string): Promise<Recorded<State>> {
    const recorded = await recordSwiftly({ change, cause: { by: 'engine', key, day: today() } });
    await take(change, recorded);
    return recorded;
  }
}

type NextRun = (state: EntityState, plan: Plan) => Promise<EntityResult>;
