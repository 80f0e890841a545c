/**
 * Recording: copy, plan, mail, audit and the hint to open pages, in one transaction. A version is
 * recorded once, under a lock of its copy: an attempt that comes late, or the same milestone again
 * after its workflow task was lost, finds it there, writes nothing and answers what it found.
 */
import { branchOf, isEnded, officesConcerned } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { AgreementEvent, Transition } from '../../domain/agreement/transition.ts';
import { planMilestones, sameDaysAhead } from '../../domain/agreement/milestone.ts';
import type { ReminderPolicy } from '../../domain/calendar/reminder-policy.ts';
import type { Refusal } from '../../domain/shared/rule-broken.ts';
import type { Database, Tx } from '../../prisma/connect.ts';
import { toColumn } from '../../prisma/day-column.ts';
import { appendAudit } from '../../prisma/audit/append.ts';
import { answerOnce, inAttempt, lockCommand, wasAsked } from '../attempt.ts';
import { reserveRenewal, freeReservations } from './reservations.ts';
import { dayOf, keyOf, requestOf } from '../cause.ts';
import { queueMails } from './queue-mails.ts';
import type { Cause, Recorded, Recording } from '../../workflows/messages.ts';
import { catchUpWithRules, newestRules, reminderPolicy } from '../calendar/rules.ts';
import { freeTerms, refusedUnderParent } from './term-reservations.ts';
import { answerOf } from '../../domain/shared/command-metadata.ts';
import { dueAt, emptyPlan, isOlder } from '../../domain/shared/plan.ts';
import type { Plan } from '../../domain/shared/plan.ts';

type Dependencies = { database: Database; release: string; mailDomain: string };

export function createRecords({ database, release, mailDomain }: Dependencies) {
  return {
    /** Records a change, unless its version has been recorded, and answers the plan that follows. */
    record: ({ change, cause }: Recording<Transition>): Promise<Recorded<AgreementState>> =>
      inAttempt(database, async (tx) => {
        const { state: agreement } = change;
        const { version } = agreement;
        const nothing = {
          version,
          plan: emptyPlan(agreement),
          held: null,
          refusal: null,
          moot: null,
        };

        const held = await lockCopy(tx, agreement);
        if (held && held.version >= version) {
          await forgetReservation(tx, change, cause, held);
          return { ...nothing, version: held.version, held, plan: await planOf(tx, held) };
        }
        requireNoHole(held, change);
        const moot = held && (await planByNewerRules(tx, held, change, cause));
        if (moot) return { ...nothing, moot };
        const refusal = await refused(tx, agreement, cause);
        if (refusal) return { ...nothing, refusal };

        const policy = await reminderPolicy(tx, agreement.policyVersion);
        const plan = planMilestones(agreement, policy, agreement.calendarVersion);
        const happened = await worthTelling(tx, change, policy, held);
        await storeCopy(tx, agreement, { release, changedOn: dayOf(cause) });
        if (version === 1) await catchUpWithRules(tx, agreement);
        if (isEnded(agreement)) await freeReservations(tx, agreement);
        if (isEnded(agreement) || changesDates(change)) await freeTerms(tx, agreement.id);
        await storePlan(tx, agreement, plan);
        if (happened.length > 0) {
          await queueMails(tx, { ...change, events: happened }, cause, { policy, mailDomain });
          await tx.$executeRaw`select announce('agreement', ${agreement.id}::uuid)`;
          await appendAudit(tx, auditOf(agreement, happened, cause));
        }
        return { ...nothing, plan };
      }),

    /** What lies ahead of an agreement by the rules it is planned by. Changes nothing. */
    planMilestones: (agreement: AgreementState): Promise<Plan> =>
      inAttempt(database, (tx) => planOf(tx, agreement)),
  };
}

// Attempts to record one agreement wait for each other: at its copy or, before there is one, at
// the command that proposed it.
async function lockCopy(tx: Tx, { id, version, created }: AgreementState) {
  if (version === 1) await lockCommand(tx, created.commandId);
  const [row] = await tx.$queryRaw<{ state: AgreementState }[]>`
    select state from agreement where id = ${id}::uuid for update`;
  return row?.state ?? null;
}

// An older backup of PostgreSQL has forgotten the versions between. Recorded over them, the hole would
// be seen by nobody, and the numbers given meanwhile would stay free. The change waits until it is
// restored.
function requireNoHole(held: AgreementState | null, { state: agreement, events }: Transition) {
  const restoring = events.some(({ kind }) => kind === 'restored');
  if (!held || held.version + 1 === agreement.version || restoring) return;
  throw new Error(
    `PostgreSQL holds version ${held.version} of this agreement and should hold ` +
      `${agreement.version - 1}: run \`npm run lifecycles:restore\``,
  );
}

function changesDates({ events }: Transition): boolean {
  return events.some(({ kind }) => kind === 'dates-changed');
}

// Another change stands under this version, from a worker that died: the command is decided anew on
// it, so what it was granted for the state before is given back.
async function forgetReservation(
  tx: Tx,
  { state: agreement }: Transition,
  cause: Cause,
  held: AgreementState,
): Promise<void> {
  if (cause.by !== 'person' || held.version > agreement.version) return;
  const { commandId } = cause.given;
  if (answerOf(held, commandId)) return;
  await freeReservations(tx, held);
  await freeTerms(tx, held.id);
  await tx.reservationAnswer.deleteMany({ where: { commandId } });
}

async function refused(tx: Tx, agreement: AgreementState, cause: Cause): Promise<Refusal | null> {
  if (cause.by !== 'person') return null;
  if (!(await wasAsked(tx, cause.given, agreement.id)))
    return { code: 'CommandUnknown', params: {} };
  if (agreement.version > 1) return null;
  const { commandId } = cause.given;
  return answerOnce(
    tx,
    { commandId, agreementId: agreement.id },
    async () => (await refusedUnderParent(tx, agreement)) ?? reserveRenewal(tx, agreement),
  );
}

async function planOf(tx: Tx, agreement: AgreementState): Promise<Plan> {
  const policy = await reminderPolicy(tx, agreement.policyVersion);
  return planMilestones(agreement, policy, agreement.calendarVersion);
}

// A reminder is judged by the newest rules at the moment it is due: between the publication of
// new rules and the signal that tells this agreement of them, its plan is out of date.
async function planByNewerRules(
  tx: Tx,
  before: AgreementState,
  { events }: Transition,
  cause: Cause,
): Promise<Plan | null> {
  if (cause.by !== 'time' || !events.some(({ kind }) => kind === 'reminded')) return null;
  const rules = await newestRules(tx);
  return isOlder(cause.rules, rules) ? planOf(tx, { ...before, ...rules }) : null;
}

// Newer rules that change no day of this agreement are taken over without a word.
async function worthTelling(
  tx: Tx,
  { state: agreement, events }: Transition,
  policy: ReminderPolicy,
  copy: AgreementState | null,
): Promise<AgreementEvent[]> {
  if (!copy || !events.some(({ kind }) => kind === 'replanned')) return events;
  const before = await reminderPolicy(tx, copy.policyVersion);
  return sameDaysAhead(agreement, before, policy)
    ? events.filter(({ kind }) => kind !== 'replanned')
    : events;
}

async function storeCopy(
  tx: Tx,
  agreement: AgreementState,
  { release, changedOn }: { release: string; changedOn: Day },
): Promise<void> {
  const { id, version, schemaVersion, kind, stage, term, turn, ending } = agreement;
  const branch = branchOf(agreement);
  await tx.$executeRaw`
    insert into agreement (id, version, schema_version, state, kind, stage, stage_since, title,
      region_code, branch_id, start_day, end_day, parent_id, renewal_of, ended_reason, last_day,
      desks, turn_since, seen_by, release, created_on, changed_on)
    values (${id}::uuid, ${version}, ${schemaVersion}, ${JSON.stringify(agreement)}::jsonb, ${kind},
      ${stage}, ${agreement.stageSince}::date,
      (select text from note where id = ${agreement.titleNoteId}::uuid), ${agreement.region},
      ${branch}::uuid, ${term.start}::date, ${term.end}::date, ${agreement.parent?.id ?? null}::uuid,
      ${agreement.renewalOf}::uuid, ${ending?.reason ?? null}, ${ending?.lastDay ?? null}::date,
      ${turn.desks}::uuid[], ${turn.since}::date, seen_by(${officesConcerned(agreement)}::uuid[]), ${release},
      ${agreement.created.businessDay}::date, ${changedOn}::date)
    on conflict (id) do update set version = excluded.version,
      schema_version = excluded.schema_version, state = excluded.state, stage = excluded.stage,
      stage_since = excluded.stage_since, start_day = excluded.start_day,
      end_day = excluded.end_day, ended_reason = excluded.ended_reason,
      last_day = excluded.last_day, desks = excluded.desks, turn_since = excluded.turn_since,
      seen_by = excluded.seen_by, release = excluded.release, changed_on = excluded.changed_on,
      recorded_at = now()
    where agreement.version < excluded.version`;
}

async function storePlan(tx: Tx, agreement: AgreementState, plan: Plan): Promise<void> {
  const { id: agreementId, version } = agreement;
  if (version > 1) await tx.plannedMilestone.deleteMany({ where: { agreementId } });
  if (isEnded(agreement) || plan.milestones.length === 0) return;
  await tx.plannedMilestone.createMany({
    data: plan.milestones.map((milestone) => ({
      agreementId,
      key: milestone.key,
      kind: milestone.kind,
      dueDay: toColumn(milestone.dueDay),
      dueAt: new Date(dueAt(milestone, agreement)),
    })),
  });
}

function auditOf(agreement: AgreementState, happened: Transition['events'], cause: Cause) {
  return {
    subject: `agreement/${agreement.id}` as const,
    key: keyOf(cause),
    event: {
      happened,
      version: agreement.version,
      businessDay: dayOf(cause),
      by: cause.by === 'person' ? cause.given.recordedBy : null,
      requestId: requestOf(agreement, cause),
    },
  };
}
