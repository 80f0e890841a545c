/**
 * Recording: copy, plan, mail, audit and the hint to open pages, in one transaction. Every part
 * may be repeated: the copy and its plan never give way to a lower version, mails are unique by
 * cause and reader, and the audit chain takes a key once. At the same version the later record
 * wins: a change after a milestone may have been recorded by a worker that died before its
 * workflow knew of it, and what the workflow then makes of that version is the truth.
 */
import { branchOf, isEnded, neverInForce, officesConcerned } from '../domain/agreement.ts';
import type { AgreementState } from '../domain/agreement.ts';
import type { Day } from '../domain/day.ts';
import { dueAt, planMilestones, planOfNothing } from '../domain/milestone.ts';
import type { Plan, ReminderPolicy } from '../domain/milestone.ts';
import type { Refusal } from '../domain/rule-broken.ts';
import type { Database, Tx } from '../prisma/connect.ts';
import { toColumn } from '../prisma/day-column.ts';
import { appendAudit } from '../prisma/audit.ts';
import { claimRenewal, releaseRenewal } from './claims.ts';
import { dayOf, keyOf, requestOf } from './cause.ts';
import { queueMails } from './mail-queue.ts';
import type { Cause, Recorded, Recording } from './recording.ts';
import { keepTerm, refusedUnderParent } from './term-claims.ts';

type Dependencies = { database: Database; release: string; mailDomain: string };

export function createRecords({ database, release, mailDomain }: Dependencies) {
  return {
    /** Records a change and answers the plan that follows from it. */
    record: ({ change, cause }: Recording): Promise<Recorded> =>
      database.withActor({ kind: 'engine' }, async (tx) => {
        const { agreement } = change;
        const nothing = { plan: planOfNothing(agreement), refusal: null, newerRules: null };

        const newerRules = await rulesOvertaking(tx, change.happened, cause);
        if (newerRules) return { ...nothing, newerRules };

        const refusal = agreement.version === 1 ? await refusedBeginning(tx, agreement) : null;
        if (refusal) return { ...nothing, refusal };
        if (neverInForce(agreement)) await releaseRenewal(tx, agreement.id);

        const policy = await reminderPolicy(tx, agreement.policyVersion);
        const plan = planMilestones(agreement, policy, agreement.calendarVersion);
        const isNewest = await storeCopy(tx, agreement, { release, changedOn: dayOf(cause) });
        if (isNewest) await storePlan(tx, agreement, plan);
        await keepTerm(tx, change, cause);
        await queueMails(tx, change, cause, { policy, mailDomain });
        await tx.$executeRaw`select announce('agreement', ${agreement.id}::uuid)`;
        await appendAudit(tx, auditOf(agreement, change.happened, cause));
        return { ...nothing, plan };
      }),

    /** What lies ahead of an agreement by the rules it is planned by. Changes nothing. */
    planMilestones: (agreement: AgreementState): Promise<Plan> =>
      database.withActor({ kind: 'engine' }, async (tx) => {
        const policy = await reminderPolicy(tx, agreement.policyVersion);
        return planMilestones(agreement, policy, agreement.calendarVersion);
      }),
  };
}

async function refusedBeginning(tx: Tx, agreement: AgreementState): Promise<Refusal | null> {
  return (await refusedUnderParent(tx, agreement)) ?? (await claimRenewal(tx, agreement));
}

// A reminder is judged by the newest rules at the moment it is due: between the publication of
// new rules and the signal that tells this agreement of them, its plan is out of date.
async function rulesOvertaking(
  tx: Tx,
  happened: Recording['change']['happened'],
  cause: Cause,
): Promise<Recorded['newerRules']> {
  if (cause.by !== 'time' || !happened.some(({ kind }) => kind === 'reminded')) return null;
  const [newest] = await tx.$queryRaw<{ policyVersion: number; calendarVersion: number }[]>`
    select (select max(version) from reminder_policy) as "policyVersion",
      (select max(version) from calendar) as "calendarVersion"`;
  if (!newest) return null;
  const { policyVersion, calendarVersion } = cause.rules;
  return newest.policyVersion > policyVersion || newest.calendarVersion > calendarVersion
    ? newest
    : null;
}

async function reminderPolicy(tx: Tx, version: number): Promise<ReminderPolicy> {
  const policy = await tx.reminderPolicy.findUniqueOrThrow({ where: { version } });
  return { version, daysBefore: policy.daysBefore, mailHour: policy.mailHour };
}

async function storeCopy(
  tx: Tx,
  agreement: AgreementState,
  { release, changedOn }: { release: string; changedOn: Day },
): Promise<boolean> {
  const { id, version, schemaVersion, kind, stage, term, turn, ending } = agreement;
  const branch = branchOf(agreement);
  const stored = await tx.$executeRaw`
    insert into agreement (id, version, schema_version, state, kind, stage, stage_since, title,
      region_code, branch_id, start_day, end_day, parent_id, renewal_of, ended_reason, last_day,
      desks, turn_since, seen_by, release, created_on, changed_on)
    values (${id}::uuid, ${version}, ${schemaVersion}, ${JSON.stringify(agreement)}::jsonb, ${kind},
      ${stage}, ${agreement.stageSince}::date,
      (select text from note where id = ${agreement.titleNoteId}::uuid), ${agreement.region},
      ${branch}::uuid, ${term.start}::date, ${term.end}::date, ${agreement.parent?.id ?? null}::uuid,
      ${agreement.renewalOf}::uuid, ${ending?.reason ?? null}, ${ending?.lastDay ?? null}::date,
      ${turn.desks}::uuid[], ${turn.since}::date, ${officesConcerned(agreement)}::uuid[], ${release},
      ${agreement.created.businessDay}::date, ${changedOn}::date)
    on conflict (id) do update set version = excluded.version,
      schema_version = excluded.schema_version, state = excluded.state, stage = excluded.stage,
      stage_since = excluded.stage_since, start_day = excluded.start_day,
      end_day = excluded.end_day, ended_reason = excluded.ended_reason,
      last_day = excluded.last_day, desks = excluded.desks, turn_since = excluded.turn_since,
      seen_by = excluded.seen_by, release = excluded.release, changed_on = excluded.changed_on,
      recorded_at = now()
    where agreement.version <= excluded.version`;
  return stored > 0;
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

function auditOf(
  agreement: AgreementState,
  happened: Recording['change']['happened'],
  cause: Cause,
) {
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
