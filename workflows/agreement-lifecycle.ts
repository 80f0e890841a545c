/**
 * Accompanies one agreement from its proposal to the day it ends, which may be years away.
 *
 * The workflow owns the agreement; PostgreSQL holds a full copy for readers. People change it by
 * commands, days change it by milestones, a renewal by its news. The contract:
 *
 * 1. The state changes first, then one activity writes copy, timeline, audit, mail and plan in
 *    one transaction. Writing is keyed and versioned, so repeating or reordering it is harmless.
 * 2. After a command that activity is a regular one: acceptance and its scheduling are committed
 *    together, so nothing is recorded that this workflow does not know. After a milestone it is
 *    a local one first, because time brings the same milestone again if the task is lost.
 * 3. A plain command is refused by its validator and leaves no trace. A claiming command asks
 *    PostgreSQL first and is decided again on the state it finds after the claim; its refusal is
 *    an answer.
 * 4. A command id that was answered gets the same answer, in this run and in the next.
 * 5. A milestone passes only under a plan that belongs to the present version.
 * 6. What is due passes before anybody acts. A command that found a milestone due waits for it, so
 *    that a milestone whose task was lost after its commit is repeated as it was recorded.
 */
import {
  allHandlersFinished,
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
import { isEnded, isFullySigned, neverInForce, upgrade } from '../domain/agreement.ts';
import type { AnyAgreementState, Given } from '../domain/agreement.ts';
import { answerOf, CLAIMING_COMMANDS, obey, PLAIN_COMMANDS, remember } from '../domain/command.ts';
import type { ClaimingCommand, Command } from '../domain/command.ts';
import { dayAt, yearOf } from '../domain/day.ts';
import type { Day, Instant } from '../domain/day.ts';
import { quietChange } from '../domain/happening.ts';
import type { Change, Happening } from '../domain/happening.ts';
import {
  adopt,
  beyond,
  dueAt,
  dueBy,
  extended,
  hasMilestones,
  planOfNothing,
  settle,
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

const { record, planMilestones, claim, release } = proxyActivities<Activities>({
  // Long for one transaction; a command whose worker died is taken up by another after it.
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
 * One agreement's life, or a stretch of it: until the next stage or budget year, or until the run
 * is long. A run that follows another is handed what that one had planned.
 */
export async function agreementLifecycle(
  input: AnyAgreementState,
  planned?: Plan,
): Promise<Outcome> {
  let agreement = upgrade(input);
  let plan: Plan = planned ?? planOfNothing(agreement);
  let entered = false;
  let claimRunning = false;
  const opened = { stage: agreement.stage, year: yearOf(today()) };

  for (const type of PLAIN_COMMANDS) {
    setHandler(commandUpdate(type), obeyPlainly, { validator: refuseEarly });
  }
  for (const type of CLAIMING_COMMANDS) {
    const obeyClaiming = (command: Command) => obeyWithClaim(command as ClaimingCommand);
    setHandler(commandUpdate(type), obeyClaiming, { validator: refuseEarly });
  }
  setHandler(planOutdated, adoptRules);
  setHandler(renewalNews, hearOfRenewal);

  const refusal = await enterLife();
  if (refusal) return { refusal };
  entered = true;

  while (!isEnded(agreement)) {
    await condition(isPlanned);
    const due = dueBy(plan, today());
    const more = due.find(({ kind }) => kind === 'more');
    if (more) await planBeyond(more);
    else if (due.length > 0) await pass(due);
    else if (!isRunOver()) await quietUntil(plan.milestones[0]);
    else if (allHandlersFinished()) break;
    // Whoever is still at work may be waiting for a day that has come meanwhile.
    else await condition(() => allHandlersFinished() || !isSettled());
  }

  await condition(allHandlersFinished);
  return isEnded(agreement) ? { refusal: null } : continueLife();

  // -- The beginning of a life, or of the next stretch of it

  async function enterLife(): Promise<Refusal | null> {
    if (agreement.version > 0) {
      if (!planned && hasMilestones(agreement)) keep(await planSwiftly(agreement));
      return null;
    }
    const change = begin(agreement);
    ({ agreement } = change);
    const { created: given } = agreement;
    const recorded = await recordSwiftly({ change, cause: { by: 'person', given } });
    if (recorded.refusal) return recorded.refusal;
    keep(recorded.plan);
    await tellPredecessor('running');
    return null;
  }

  async function continueLife(): Promise<Outcome> {
    const typedSearchAttributes = searchAttributesOf(agreement);
    const next = makeContinueAsNewFunc<typeof agreementLifecycle>({ typedSearchAttributes });
    return next(agreement, plan);
  }

  // -- Commands

  function refuseEarly(command: Command): void {
    if (!answerOf(agreement, command.commandId)) allowed(() => obey(agreement, command));
  }

  async function obeyPlainly(command: Command): Promise<Answer> {
    // Without a wait, what the validator has just allowed cannot be refused any more.
    if (!isSettled()) await condition(isSettled);
    const answer = answerOf(agreement, command.commandId);
    if (answer) return answer;

    const decision = attempted(() => obey(agreement, command));
    return 'done' in decision
      ? carryOut(decision.done, command)
      : refuse(command, decision.refusal);
  }

  async function obeyWithClaim(command: ClaimingCommand): Promise<Answer> {
    // Several that wait here are all let go at once; the first takes the lock, the others wait on.
    while (claimRunning || !isSettled()) await condition(() => !claimRunning && isSettled());
    const answer = answerOf(agreement, command.commandId);
    if (answer) return answer;

    claimRunning = true;
    try {
      const refused = await claim({ agreement, command });
      if (refused) return refuse(command, refused);

      if (!isSettled()) await condition(isSettled);
      const decision = attempted(() => obey(agreement, command));
      if ('done' in decision) return await carryOut(decision.done, command);

      await release(command.commandId);
      return refuse(command, decision.refusal);
    } finally {
      claimRunning = false;
    }
  }

  async function carryOut(change: Change, given: Given): Promise<Answer> {
    const before = agreement;
    ({ agreement } = change);
    const { version } = agreement;
    if (before.term.end !== agreement.term.end) {
      upsertSearchAttributes([
        { key: searchAttributes.endDay, value: new Date(`${agreement.term.end}T00:00:00Z`) },
      ]);
    }
    keep((await record({ change, cause: { by: 'person', given } })).plan);
    if (!isFullySigned(before) && isFullySigned(change.agreement)) await tellPredecessor('signed');
    if (neverInForce(change.agreement)) await tellPredecessor('withdrawn');
    return { version, refusal: null };
  }

  function refuse({ commandId: id }: Command, refused: Refusal): Answer {
    const answer = { id, version: agreement.version, refusal: refused };
    agreement = remember(agreement, answer);
    return answer;
  }

  // -- Time

  function now(): Instant {
    return Date.now() + agreement.clockOffset;
  }

  function today(): Day {
    return dayAt(now(), agreement.zone);
  }

  /** Waits for the milestone's day, or until something happens that makes the wait another. */
  async function quietUntil(milestone: Milestone | undefined): Promise<void> {
    const disturbed = () =>
      isEnded(agreement) || isRunOver() || plan.milestones[0]?.key !== milestone?.key;
    if (milestone) await condition(disturbed, dueAt(milestone, agreement) - now());
    else await condition(disturbed);
  }

  async function pass(due: Milestone[]): Promise<void> {
    const { settledThrough } = agreement;
    const day = today();
    const change = settle(agreement, due, day);
    ({ agreement } = change);
    const { policyVersion, calendarVersion } = plan;
    const rules = { policyVersion, calendarVersion };
    const cause = { by: 'time' as const, key: settlementKey(due), day, rules };
    const recorded = await recordSwiftly({ change, cause });
    if (recorded.newerRules) {
      // Nothing was recorded: the reminder belonged to rules that no longer hold. What else the
      // day brought, a start, has happened all the same.
      agreement = { ...agreement, settledThrough };
      const besides = change.happened.filter(({ kind }) => kind !== 'reminded');
      await replan(recorded.newerRules, { after: `${cause.key}/`, besides });
    } else {
      keep(recorded.plan);
    }
  }

  /** Asks for the rest of a plan, when even the end of what was handed out is due. */
  async function planBeyond(more: Milestone): Promise<void> {
    const asked = plan;
    const rest = await planSwiftly(beyond(agreement, more));
    if (plan === asked) plan = extended(plan, rest);
  }

  /** Whether nothing is due that has not passed. */
  function isSettled(): boolean {
    return isEnded(agreement) || (entered && dueBy(plan, today()).length === 0);
  }

  function isPlanned(): boolean {
    return plan.agreementVersion === agreement.version;
  }

  function keep(newer: Plan): void {
    if (newer.agreementVersion >= plan.agreementVersion) plan = newer;
  }

  function isRunOver(): boolean {
    return (
      agreement.stage !== opened.stage ||
      yearOf(today()) !== opened.year ||
      workflowInfo().historyLength >= LONGEST_RUN ||
      workflowInfo().continueAsNewSuggested
    );
  }

  // -- News from elsewhere

  async function adoptRules(rules: Rules): Promise<void> {
    const { policyVersion, calendarVersion } = agreement;
    if (policyVersion < rules.policyVersion || calendarVersion < rules.calendarVersion) {
      await replan(rules);
    }
  }

  async function replan(
    rules: Rules,
    { after = '', besides = [] }: { after?: string; besides?: Happening[] } = {},
  ): Promise<void> {
    const key = `${after}rules/${rules.policyVersion}.${rules.calendarVersion}`;
    const { agreement: adopting, happened } = adopt(agreement, rules);
    const step = { agreement: adopting, happened: [...besides, ...happened] };
    await note(quietChange(agreement, step), key);
  }

  async function hearOfRenewal(news: RenewalNews): Promise<void> {
    const step = noteRenewal(agreement, news);
    if (step.happened.length > 0) {
      await note(quietChange(agreement, step), `renewal/${news.id}/${news.state}`);
    }
  }

  async function note(change: Change, key: string): Promise<void> {
    ({ agreement } = change);
    keep((await recordSwiftly({ change, cause: { by: 'engine', key, day: today() } })).plan);
  }

  async function tellPredecessor(state: RenewalNews['state']): Promise<void> {
    if (!agreement.renewalOf) return;
    try {
      const predecessor = getExternalWorkflowHandle(lifecycleId(agreement.renewalOf));
      await predecessor.signal(renewalNews, { id: agreement.id, state });
    } catch {
      log.info('the agreement before this one has ended and needs no news', { state });
    }
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
