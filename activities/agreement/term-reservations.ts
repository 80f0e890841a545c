/**
 * Dates are a reservation within a family: an MoU and the PKS below it. Only PostgreSQL knows the dates
 * of all of them, those that are recorded and those that another command has been granted. A
 * family is judged under one lock, so that of two changes that do not agree one is refused.
 *
 * Locks are taken in this order everywhere: command, family, rows, audit head.
 */
import type { AgreementId } from '../../domain/shared/ids.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { refusalBy } from '../../domain/shared/refusal.ts';
import type { Refusal } from '../../domain/shared/refusal.ts';
import { requireTermsAgree, requireUmbrella, withDates } from '../../domain/agreement/term.ts';
import type { ChangeDates } from '../../domain/agreement/term.ts';
import type { Tx } from '../../prisma/connect.ts';
import { toColumn } from '../../prisma/day-column.ts';

/** Reserves the dates of a command. They bind the family until they are recorded. */
export async function reserveTerm(
  tx: Tx,
  agreement: AgreementState,
  command: ChangeDates,
): Promise<Refusal | null> {
  const { id: agreementId, kind, parent } = agreement;
  if (kind === 'pks' && !parent) return null;
  const refusal = await refusedByFamily(tx, agreement, command);
  if (refusal) return refusal;
  const { commandId, term, exceptionNoteId = null } = command;
  const [startDay, endDay] = [toColumn(term.start), toColumn(term.end)];
  await tx.termReservation.create({
    data: { commandId, agreementId, startDay, endDay, exceptionNoteId },
  });
  return null;
}

/** Refuses dates that do not agree with those of the family, whose lock the transaction keeps. */
export async function refusedByFamily(
  tx: Tx,
  agreement: AgreementState,
  command: ChangeDates,
): Promise<Refusal | null> {
  const { id, kind, parent } = agreement;
  const mou = kind === 'mou' ? id : parent?.id;
  if (mou === undefined) return null;
  await lockFamily(tx, mou);
  const relatives = await relativesOf(tx, agreement);
  return refusalBy(() => requireTermsAgree(withDates(agreement, command), relatives));
}

/**
 * Frees what the agreement's commands have reserved, in the transaction that records one of them:
 * what was granted stands in the copy from now on, and no other reservation is under way.
 */
export async function freeTerms(tx: Tx, agreementId: AgreementId): Promise<void> {
  await tx.termReservation.deleteMany({ where: { agreementId } });
}

/**
 * Refuses a PKS that would begin beyond its MoU as that is now, or under one that has ended. Part
 * of the transaction in which the PKS first appears, which keeps the family's lock to its end.
 */
export async function refusedUnderParent(
  tx: Tx,
  agreement: AgreementState,
): Promise<Refusal | null> {
  const { parent } = agreement;
  if (!parent) return null;
  await lockFamily(tx, parent.id);
  const relatives = await relativesOf(tx, agreement);
  return refusalBy(() => {
    relatives.forEach(requireUmbrella);
    requireTermsAgree(agreement, relatives);
  });
}

async function lockFamily(tx: Tx, mou: AgreementId): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('terms/' || ${mou}, 0))`;
}

type Row = { state: AgreementState; reserved: Pick<ChangeDates, 'term' | 'exceptionNoteId'>[] };

// The MoU above and the PKS below that are not over, each as it is recorded and as it would be
// with dates that are reserved. One statement, so that no recording falls between the two.
async function relativesOf(tx: Tx, { id, parent }: AgreementState): Promise<AgreementState[]> {
  const rows = await tx.$queryRaw<Row[]>`
    select a.state, array(
      select jsonb_strip_nulls(jsonb_build_object(
        'term', jsonb_build_object('start', c.start_day, 'end', c.end_day),
        'exceptionNoteId', c.exception_note_id))
      from term_reservation c where c.agreement_id = a.id) as reserved
    from agreement a
    where a.id = ${parent?.id ?? null}::uuid or (a.parent_id = ${id}::uuid and a.stage <> 'ended')`;
  return rows.flatMap(({ state, reserved }) => [
    state,
    ...reserved.map((dates) => withDates(state, dates)),
  ]);
}
