/**
 * What restoring asks about agreements: what they reserve, what an older PostgreSQL has lost, and the news
 * that may have been under way when the engine lost its data.
 */
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { DeskId } from '../../domain/shared/ids.ts';
import { restored } from '../../domain/agreement/restoring.ts';
import type { Tx } from '../../prisma/connect.ts';
import { newestRules } from '../../prisma/published-rules.ts';
import { renewalStatus } from '../../workflows/agreement/messages.ts';
import type { News, TakenBack } from '../entity.ts';
import { noteRenewal, renewalStatusOf } from '../../domain/agreement/renewal.ts';
import type { RenewalStatus } from '../../domain/agreement/renewal.ts';
import type { Command } from '../../domain/agreement/command.ts';
import type { Transition } from '../../domain/agreement/transition.ts';
import type { AgreementId } from '../../domain/shared/ids.ts';

/** The change by which an older PostgreSQL takes this state back, and the parties whose number is lost. */
export async function takeBack(
  tx: Tx,
  agreement: AgreementState,
  from: number,
): Promise<TakenBack<Transition>> {
  const lost = await numbersLost(tx, agreement);
  const rules = await newestRules(tx);
  return { change: restored(agreement, { from, numbersLost: lost, rules }), lost };
}

/** Whether PostgreSQL still holds the title that a proposed agreement was begun with. */
export function holdsTitle(tx: Tx, { titleNoteId }: AgreementState): Promise<boolean> {
  return holdsNotes(tx, [titleNoteId]);
}

/** Whether PostgreSQL still holds the numbers that these commands speak of. */
export function holdsNumbers(tx: Tx, commands: readonly Command[]): Promise<boolean> {
  return holdsNotes(
    tx,
    commands.flatMap((each) => {
      if (each.type === 'recordNumber') return [each.numberNoteId];
      return each.type === 'correctNumber' && each.number ? [each.number.noteId] : [];
    }),
  );
}

/**
 * Frees what is reserved for agreements that PostgreSQL has no row of, but for these, which still run.
 * Answers the news of it to agreements that wait for a renewal that is none.
 */
export async function freeUnknown(tx: Tx, running: readonly string[]): Promise<News[]> {
  const ids = [...running];
  const gone = await tx.$queryRaw<{ id: AgreementId; predecessor: AgreementId | null }[]>`
    select held.id, min(held.predecessor::text) as predecessor from (
      select successor_id as id, predecessor_id as predecessor from renewal_reservation
      union all select (state #>> '{renewal,id}')::uuid, id from agreement where stage <> 'ended'
      union all select agreement_id, null from number_reservation
      union all select agreement_id, null from signature_reservation
      union all select agreement_id, null from term_reservation
    ) held
    where held.id is not null and held.id <> all (${ids}::uuid[])
      and not exists (select from agreement a where a.id = held.id)
    group by held.id`;
  const unknown = { in: gone.map(({ id }) => id) };
  await tx.numberReservation.deleteMany({ where: { agreementId: unknown } });
  await tx.signatureReservation.deleteMany({ where: { agreementId: unknown } });
  await tx.termReservation.deleteMany({ where: { agreementId: unknown } });
  await tx.renewalReservation.deleteMany({ where: { successorId: unknown } });
  return gone.flatMap(({ id, predecessor: to }) =>
    to ? [newsOf(to, { id, state: 'withdrawn' })] : [],
  );
}

/** The news of renewals that the agreements before them have not taken in. */
export async function newsOfRenewals(tx: Tx): Promise<News[]> {
  const pairs = await tx.$queryRaw<{ renewal: AgreementState; predecessor: AgreementState }[]>`
    select renewal.state as renewal, predecessor.state as predecessor
    from agreement renewal join agreement predecessor on predecessor.id = renewal.renewal_of
    where predecessor.stage <> 'ended' order by renewal.recorded_at`;
  return pairs.flatMap(({ renewal, predecessor }) => {
    const status = renewalStatusOf(renewal);
    const isNew = noteRenewal(predecessor, status).events.length > 0;
    return isNew ? [newsOf(predecessor.id, status)] : [];
  });
}

function newsOf(to: AgreementId, payload: RenewalStatus): News {
  return { to, signal: renewalStatus.name, payload };
}

async function holdsNotes(tx: Tx, ids: string[]): Promise<boolean> {
  if (ids.length === 0) return true;
  const count = await tx.note.count({ where: { id: { in: ids } } });
  return count === new Set(ids).size;
}

async function numbersLost(tx: Tx, { parties }: AgreementState): Promise<DeskId[]> {
  const numbered = parties.flatMap(({ id, number }) => (number ? [{ id, ...number }] : []));
  const held = await tx.numberReservation.findMany({
    where: { commandId: { in: numbered.map(({ reservationId }) => reservationId) } },
    select: { commandId: true },
  });
  const kept = new Set(held.map(({ commandId }) => commandId));
  return numbered.filter(({ reservationId }) => !kept.has(reservationId)).map(({ id }) => id);
}
