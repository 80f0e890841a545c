/** What a recording of an agreement writes besides its plan: copy, mail, hint to open pages, audit. */
import {
  branchOf,
  isEnded,
  isFullySigned,
  lastDayOf,
  listedParties,
  officesConcerned,
  officesIntroduced,
} from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { AgreementEvent, Transition } from '../../domain/agreement/transition.ts';
import { sameDaysAhead } from '../../domain/agreement/milestone.ts';
import { appendAudit } from '../../prisma/audit/append.ts';
import type { Tx } from '../../prisma/connect.ts';
import { reminderPolicyOf } from '../../prisma/published-rules.ts';
import type { Cause } from '../../workflows/messages.ts';
import type { RecordingParts, Writing } from '../entity.ts';
import { dayOf, keyOf, requestOf } from '../recording.ts';
import { recordPassing } from '../milestones.ts';
import { queueMails } from './queue-mails.ts';
import { alignReservations } from './reservations.ts';
import { freeTerms } from './term-reservations.ts';

/** Writes a change of an agreement. */
export async function storeAgreement(
  tx: Tx,
  { change, cause, held }: Writing<AgreementState, Transition>,
  { release, mailDomain }: RecordingParts,
): Promise<void> {
  const { state: agreement } = change;
  const events = await worthTelling(tx, change, held);
  await storeCopy(tx, agreement, { release, changedOn: dayOf(cause) });
  if (isEnded(agreement) || isCorrection(change)) await alignReservations(tx, agreement);
  else if (changesDates(change)) await freeTerms(tx, agreement.id);
  if (cause.by === 'time') await recordPassing(tx, change, cause, mailDomain);
  if (events.length === 0) return;
  if (cause.by !== 'time') await queueMails(tx, { ...change, events }, cause, mailDomain);
  await tx.$executeRaw`select announce('agreement', ${agreement.id}::uuid)`;
  await appendAudit(tx, auditOf(agreement, events, cause, await whoDid(tx, cause)));
}

function isCorrection({ events }: Transition): boolean {
  return events.some(({ kind }) => kind === 'number-corrected' || kind === 'signature-corrected');
}

function changesDates({ events }: Transition): boolean {
  return events.some(({ kind }) => kind === 'dates-changed');
}

// Newer rules that change no day of this agreement are taken over without a word.
async function worthTelling(
  tx: Tx,
  { state: agreement, events }: Transition,
  copy: AgreementState | null,
): Promise<AgreementEvent[]> {
  if (!copy || !events.some(({ kind }) => kind === 'replanned')) return events;
  const before = await reminderPolicyOf(tx, copy);
  const policy = await reminderPolicyOf(tx, agreement);
  return sameDaysAhead(agreement, before, policy)
    ? events.filter(({ kind }) => kind !== 'replanned')
    : events;
}

async function storeCopy(
  tx: Tx,
  agreement: AgreementState,
  { release, changedOn }: { release: string; changedOn: Day },
): Promise<void> {
  const { id, version, kind, stage, term, turn, ending } = agreement;
  const over = isEnded(agreement) ? ending : null;
  // Lists and searches go by the earlier day where an earlier end has been agreed on.
  const end = over ? term.end : lastDayOf(agreement);
  const branch = branchOf(agreement);
  await tx.$executeRaw`
    insert into agreement (id, version, state, kind, stage, stage_since, title,
      region_code, branch_id, start_day, end_day, parent_id, renewal_of, ended_reason, last_day,
      desks, revision, zone, parties, fully_signed, turn_since, seen_by, introduces, release, created_on, changed_on)
    values (${id}::uuid, ${version}, ${JSON.stringify(agreement)}::jsonb, ${kind}, ${stage},
      ${agreement.stageSince}::date,
      (select text from note where id = ${agreement.titleNoteId}::uuid), ${agreement.region},
      ${branch}::uuid, ${term.start}::date, ${end}::date, ${agreement.parent?.id ?? null}::uuid,
      ${agreement.renewalOf}::uuid, ${over?.reason ?? null}, ${over?.lastDay ?? null}::date,
      ${turn.desks}::uuid[], ${agreement.revision}, ${agreement.zone},
      ${JSON.stringify(listedParties(agreement))}::jsonb, ${isFullySigned(agreement)},
      ${turn.since}::date, seen_by(
        ${officesConcerned(agreement)}::uuid[]
          || array(select office_id from submitting_office where agreement_id = ${id}::uuid)
      ), ${officesIntroduced(agreement)}::uuid[], ${release},
      ${agreement.created.businessDay}::date, ${changedOn}::date)
    on conflict (id) do update set version = excluded.version,
      state = excluded.state, stage = excluded.stage, stage_since = excluded.stage_since,
      title = excluded.title, start_day = excluded.start_day, end_day = excluded.end_day,
      ended_reason = excluded.ended_reason, last_day = excluded.last_day, desks = excluded.desks,
      turn_since = excluded.turn_since, revision = excluded.revision, parties = excluded.parties,
      fully_signed = excluded.fully_signed, seen_by = excluded.seen_by,
      introduces = excluded.introduces,
      changed_on = excluded.changed_on,
      release = case when agreement.release = excluded.release then excluded.release end,
      recorded_at = now()
    where agreement.version < excluded.version`;
}

// With the roles and the office that the account held on that day. They cannot be looked up later: a role that
// is ended at once has the day before as its last one.
async function whoDid(tx: Tx, cause: Cause) {
  if (cause.by !== 'person') return null;
  const { recordedBy, businessDay: day } = cause.given;
  const { userId, officeId } = recordedBy;
  const [held] = await tx.$queryRaw<
    { roles: { role: string; office: string }[]; holder: string }[]
  >`
    select
      array(select json_build_object('role', m.role, 'office', m.office_id)
        from membership m join office place on place.id = m.office_id
        where m.user_id = ${userId} and place.institution_id = acting.institution_id
          and m.from_day <= ${day}::date and (m.until_day is null or m.until_day >= ${day}::date)
        order by m.office_id <> acting.id, m.role) as roles,
      (select h.id from office_holder h join office place on place.id = h.office_id
        where h.user_id = ${userId} and place.institution_id = acting.institution_id
          and h.from_day <= ${day}::date and (h.until_day is null or h.until_day >= ${day}::date)
        order by h.office_id <> acting.id, not h.office_id = any (acting.path), h.from_day desc
        limit 1) as holder
    from office acting where acting.id = ${officeId}::uuid`;
  return { ...recordedBy, held };
}

function auditOf(
  agreement: AgreementState,
  events: AgreementEvent[],
  cause: Cause,
  by: Awaited<ReturnType<typeof whoDid>>,
) {
  return {
    subject: `agreement/${agreement.id}` as const,
    key: keyOf(cause),
    event: {
      events,
      version: agreement.version,
      businessDay: dayOf(cause),
      by,
      requestId: requestOf(agreement, cause),
    },
  };
}
