/**
 * Accompanies one agreement from its proposal to the day it ends, which may be years away.
 *
 * The workflow owns the agreement; PostgreSQL holds a full copy for readers. People change it by
 * commands, days change it by milestones, a renewal by its news. The contract:
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
 * 7. What is due on the day of a command passes before the command is decided.
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  makeContinueAsNewFunc,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  TemporalFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities/index.ts';
import type { Recorded } from '../activities/recording.ts';
import { isEnded, isFullySigned, neverInForce, upgrade } from '../domain/agreement.ts';
import type { AgreementState, AnsweredCommand, AnyAgreementState } from '../domain/agreement.ts';
import {
  answerOf,
  CLAIMING_COMMANDS,
  needsClaim,
  obey,
  PLAIN_COMMANDS,
  remember,
} from '../domain/command.ts';
import type { Command } from '../domain/command.ts';
import { dayAt, later, yearOf } from '../domain/day.ts';
import type { Day, Instant } from '../domain/day.ts';
import { quietChange } from '../domain/happening.ts';
import type { Change, Step } from '../domain/happening.ts';
import {
  adopt,
  beyond,
  dueAt,
  dueBy,
  extended,
  hasMilestones,
  isOlder,
  planOfNothing,
  settle,
  rulesKey,
  settlementKey,
} from '../domain/milestone.ts';
import type { Milestone, Plan, Rules } from '../domain/milestone.ts';
import { begin } from '../domain/proposal.ts';
import { noteRenewal } from '../domain/renewal.ts';
import type { RenewalNews } from '../domain/renewal.ts';
import type { Refusal } from '../domain/rule-broken.ts';
import {
  commandUpdate,
  lifecycleId,
  planOutdated,
  renewalNews,
  searchAttributes,
  searchAttributesOf,
} from './messages.ts';
import type { Answer, Outcome } from './messages.ts';
import { allowed, attempted } from './refusal.ts';

const { record, planMilestones, claim } = proxyActivities<Activities>({
  // Longer than any transaction of an activity may last (activities/attempt.ts); a command whose
  // worker died is taken up by another after it.
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
});

const local = proxyLocalActivities<Activities>({
  // The SDK counts this anew for each attempt, so attempts that fail fast are counted by number:
  // six of them take two and a half seconds.
  scheduleToCloseTimeout: '3 seconds',
  retry: {
    initialInterval: '100 milliseconds',
    maximumInterval: '1 second',
    maximumAttempts: 6,
  },
});

const recordSwiftly = locallyFirst(local.record, record);
const planSwiftly = locallyFirst(local.planMilestones, planMilestones);

/**
 * The events after which a run gives way to the next, so that no replay takes longer than about
 * 50 ms (docs/adr/0016). A year with a dozen reminders and ten commands has about 200.
 */
const LONGEST_RUN = 120;

/**
 * About how many events of a run's history each thing costs. Counted here, because the length that
 * the history has at a moment depends on where activations end.
 */
const EVENTS = { beginning: 5, command: 11, claim: 6, milestone: 7, news: 5 } as const;

/**
 * A handler that waits to change the agreement. Turns are taken by rank; commands by the instant at
 * which they were given, then by id; news of one rank in the order in which it came.
 */
type Turn = { rank: number; givenAt: Instant; id: string; isReady: () => boolean };
const RANK = { time: 0, rules: 1, renewal: 2, command: 3 } as const;
const ALWAYS_READY = { givenAt: 0, id: '', isReady: () => true };

function inOrder(one: Turn, other: Turn): number {
  return (
    one.rank - other.rank ||
    one.givenAt - other.givenAt ||
    Number(one.id > other.id) - Number(one.id < other.id)
  );
}

/**
 * One agreement's life, or a stretch of it: until the next stage or budget year, or until the run
 * is long. A run that follows another is handed what that one had planned.
 */
export async function agreementLifecycle(
  input: AnyAgreementState,
  planned?: Plan,
): Promise<Outcome> {
  let agreement = upgrade(input);
  let plan: Plan = planned ?? planOfNothing(agreement);
  let begun = false;
  let changing = false;
  let waiting: Turn[] = [];
  let events: number = EVENTS.beginning;
  const opened = { stage: agreement.stage, year: openedIn() };
  let yearHasTurned = false;

  for (const type of [...PLAIN_COMMANDS, ...CLAIMING_COMMANDS]) {
    setHandler(commandUpdate(type), answer, { validator: refuseEarly });
  }
  setHandler(planOutdated, adoptRules);
  setHandler(renewalNews, hearOfRenewal);

  const refusal = await start();
  if (refusal) return { refusal };
  begun = true;

  while (!isEnded(agreement)) {
    const [next] = plan.milestones;
    if (next && (await itsDayComes(next))) await pass(next);
    else if (!next) await condition(() => plan.milestones.length > 0 || mayStop());
    if (mayStop()) break;
  }

  await condition(allHandlersFinished);
  return isEnded(agreement) ? { refusal: null } : continueLife();

  // -- The beginning of a life, and of the next stretch of it

  async function start(): Promise<Refusal | null> {
    if (agreement.version > 0) {
      if (!planned && hasMilestones(agreement)) plan = await planSwiftly(agreement);
      return null;
    }
    const { created: given } = agreement;
    const change = begin(agreement);
    const recorded = await recordSwiftly({ change, cause: { by: 'person', given } });
    if (recorded.refusal) return recorded.refusal;
    take(change, recorded);
    await tellPredecessor('running');
    return null;
  }

  async function continueLife(): Promise<Outcome> {
    const typedSearchAttributes = searchAttributesOf(agreement);
    const next = makeContinueAsNewFunc<typeof agreementLifecycle>({ typedSearchAttributes });
    return next(agreement, plan);
  }

  // -- One change at a time

  /**
   * Does this work when nothing else changes the agreement and nothing that comes before it is ready.
   * Repeats it when it answers nothing, because what it stood on has changed meanwhile.
   */
  async function inTurn<T>(turn: Turn, work: () => Promise<T | undefined>): Promise<T> {
    const isNext = () => begun && !changing && nextInTurn() === turn;
    for (;;) {
      waiting.push(turn);
      // The SDK tries conditions after each job of an activation, so the first handler may be released
      // before the others have started. It looks again when all have.
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
    const ready = waiting.filter((turn) => turn.isReady() || isEnded(agreement));
    return ready.sort(inOrder)[0];
  }

  /** Takes over what was recorded: this change, or what PostgreSQL held under its version before. */
  function take(change: Change, recorded: Recorded, day?: Day): void {
    agreement = recorded.held ?? change.agreement;
    ({ plan } = recorded);
    if (day !== undefined && yearOf(day) > opened.year) yearHasTurned = true;
  }

  // -- Commands

  // While a change is being recorded its outcome may be told already, and people act on it.
  function refuseEarly(command: Command): void {
    if (changing || !begun) return;
    if (!answerOf(agreement, command.commandId)) allowed(() => obey(agreement, command));
  }

  function answer(command: Command): Promise<Answer> {
    const isReady = () => dueBy(plan, command.businessDay).length === 0;
    const { givenAt, commandId: id } = command;
    return inTurn({ rank: RANK.command, givenAt, id, isReady }, async () => {
      const known = answerOf(agreement, command.commandId) ?? (await carryOut(command));
      return known && { version: known.version, refusal: known.refusal };
    });
  }

  /** Decides a command and has it recorded; undefined when it has to be decided once more. */
  async function carryOut(command: Command): Promise<AnsweredCommand | undefined> {
    events += EVENTS.command;
    const decision = attempted(() => obey(agreement, command));
    if ('refusal' in decision) return refuse(command, decision.refusal);

    if (needsClaim(agreement, command)) {
      events += EVENTS.claim;
      const refused = await claim({ agreement, command });
      if (refused) return refuse(command, refused);
    }
    const before = agreement;
    const change = decision.done;
    const recorded = await record({ change, cause: { by: 'person', given: command } });
    if (recorded.refusal) return refuse(command, recorded.refusal);
    take(change, recorded, command.businessDay);
    await tellOf(before);
    return answerOf(agreement, command.commandId);
  }

  function refuse({ commandId: id }: Command, refused: Refusal): AnsweredCommand {
    const answer = { id, version: agreement.version, refusal: refused };
    agreement = remember(agreement, answer);
    return answer;
  }

  /** Tells operators' lists and the agreement before this one what a command has changed. */
  async function tellOf(before: AgreementState): Promise<void> {
    if (before.term.end !== agreement.term.end) {
      upsertSearchAttributes([
        { key: searchAttributes.endDay, value: new Date(`${agreement.term.end}T00:00:00Z`) },
      ]);
    }
    if (!isFullySigned(before) && isFullySigned(agreement)) await tellPredecessor('signed');
    if (neverInForce(agreement)) await tellPredecessor('withdrawn');
  }

  async function tellPredecessor(state: RenewalNews['state']): Promise<void> {
    if (!agreement.renewalOf) return;
    try {
      const predecessor = getExternalWorkflowHandle(lifecycleId(agreement.renewalOf));
      await predecessor.signal(renewalNews, { id: agreement.id, state });
    } catch (error) {
      const type = error instanceof ApplicationFailure ? error.type : undefined;
      if (type !== 'ExternalWorkflowExecutionNotFound') throw error;
      log.info('the agreement before this one has ended and needs no news', { state });
    }
  }

  // -- Time

  // The time of the run's first event; the time of its first activation may be much later.
  function openedIn(): number {
    const { startTime } = workflowInfo();
    return yearOf(dayAt(startTime.getTime() + agreement.clockOffset, agreement.zone));
  }

  function now(): Instant {
    return Date.now() + agreement.clockOffset;
  }

  function today(): Day {
    return dayAt(now(), agreement.zone);
  }

  /** Waits for the milestone's day. False when something comes before that makes it another wait. */
  async function itsDayComes(milestone: Milestone): Promise<boolean> {
    const isDisturbed = () => mayStop() || plan.milestones[0]?.key !== milestone.key;
    return !(await condition(isDisturbed, Math.max(0, dueAt(milestone, agreement) - now())));
  }

  /** Lets everything happen that is due now that this milestone's day has come. */
  async function pass({ dueDay }: Milestone): Promise<void> {
    await inTurn({ rank: RANK.time, ...ALWAYS_READY }, async () => {
      const day = later(dueDay, today());
      const due = dueBy(plan, day);
      const more = due.find(({ kind }) => kind === 'more');
      if (isEnded(agreement) || due.length === 0) return 'settled';
      events += EVENTS.milestone;
      if (more) plan = extended(plan, await planSwiftly(beyond(agreement, more)));
      else await settleOn(day, due);
      return 'settled';
    });
  }

  async function settleOn(day: Day, due: Milestone[]): Promise<void> {
    const change = settle(agreement, due, day);
    const { policyVersion, calendarVersion } = plan;
    const rules = { policyVersion, calendarVersion };
    const cause = { by: 'time' as const, key: settlementKey(due), day, rules };
    const recorded = await recordSwiftly({ change, cause });
    if (!recorded.newerRules) {
      take(change, recorded, day);
      return;
    }
    // Nothing was recorded: the reminder belonged to rules that no longer hold. What else the
    // day brought, a start, happens all the same, with the newer rules.
    const { version, settledThrough } = agreement;
    const started = { ...change.agreement, version, settledThrough };
    const besides = change.happened.filter(({ kind }) => kind !== 'reminded');
    const { agreement: adopting, happened } = adopt(started, recorded.newerRules);
    const step = { agreement: adopting, happened: [...besides, ...happened] };
    await note(quietChange(agreement, step), `${cause.key}/${rulesKey(recorded.newerRules)}`);
  }

  /** Whether the run may give way to the next, or the life is over. */
  function mayStop(): boolean {
    return isEnded(agreement) || (isRunOver() && !changing && allHandlersFinished());
  }

  function isRunOver(): boolean {
    return agreement.stage !== opened.stage || yearHasTurned || events >= LONGEST_RUN;
  }

  // -- News from elsewhere

  async function adoptRules(rules: Rules): Promise<void> {
    await hear(
      RANK.rules,
      () => (isOlder(agreement, rules) ? adopt(agreement, rules) : { agreement, happened: [] }),
      rulesKey(rules),
    );
  }

  async function hearOfRenewal(news: RenewalNews): Promise<void> {
    await hear(
      RANK.renewal,
      () => noteRenewal(agreement, news),
      `renewal/${news.id}/${news.state}`,
    );
  }

  /** Notes news, if it is any. */
  async function hear(rank: number, decide: () => Step, key: string): Promise<void> {
    await inTurn({ rank, ...ALWAYS_READY }, async () => {
      events += EVENTS.news;
      const step = decide();
      if (isEnded(agreement) || step.happened.length === 0) return 'heard';
      const recorded = await note(quietChange(agreement, step), key);
      return recorded.held ? undefined : 'heard';
    });
  }

  async function note(change: Change, key: string): Promise<Recorded> {
    const recorded = await recordSwiftly({ change, cause: { by: 'engine', key, day: today() } });
    take(change, recorded);
    return recorded;
  }
}

/** Tries an activity locally for about three seconds, then hands it to the server for good. */
function locallyFirst<Input, Result>(
  locally: (input: Input) => Promise<Result>,
  patiently: (input: Input) => Promise<Result>,
): (input: Input) => Promise<Result> {
  return async (input) => {
    try {
      return await locally(input);
    } catch (error) {
      // A local activity that failed is an ActivityFailure when it happens, and may be its bare
      // cause when it is replayed from its marker.
      if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
      return await patiently(input);
    }
  };
}
