/** Reservations of agreements: what only PostgreSQL can grant, by constraint. */
import { neverInForce } from '../../domain/agreement/agreement.ts';
import type { AgreementId, DeskId } from '../../domain/shared/ids.ts';
import type {
  AgreementState,
  MutualChange,
  PartyNumber,
  Signature,
} from '../../domain/agreement/agreement.ts';
import type { Asking } from '../../domain/agreement/consent.ts';
import { changeCarriedOutBy } from '../../domain/agreement/confirming.ts';
import { decide, needsReservation } from '../../domain/agreement/decide.ts';
import type { Command, ReservingCommand } from '../../domain/agreement/command.ts';
import { yearOf } from '../../domain/shared/day.ts';
import { requireRenewable } from '../../domain/agreement/renewal.ts';
import { refuse } from '../../domain/agreement/refusals.ts';
import { refusalBy } from '../../domain/shared/refusal.ts';
import type { Refusal } from '../../domain/shared/refusal.ts';
import { maySign, requireEnteredByAnother } from '../../domain/agreement/signing.ts';
import type { OfficeHolder, Sign } from '../../domain/agreement/signing.ts';
import { requireParentLived } from '../../domain/agreement/term.ts';
import type { Tx } from '../../prisma/connect.ts';
import { toColumn, toDay } from '../../prisma/day-column.ts';
import { freeTerms, refusedByFamily, reserveTerm } from './term-reservations.ts';

/** Grants what a command asks for (null) or says which rule stands against it. */
export async function grantReservation(
  tx: Tx,
  agreement: AgreementState,
  command: Command,
): Promise<Refusal | null> {
  if (!needsReservation(agreement, command)) return null;
  if (command.type === 'confirmChange') {
    const carriedOut = changeCarriedOutBy(agreement, command);
    return carriedOut && grant(tx, agreement, carriedOut, { waits: false });
  }
  const { pending } = decide(agreement, command).state;
  return grant(tx, agreement, command, { waits: pending?.id === command.commandId });
}

// A change that waits for the consent of other parties reserves nothing yet. It is refused all the same if it
// could not be granted now, so that nobody is asked in vain.
async function grant(
  tx: Tx,
  agreement: AgreementState,
  command: ReservingCommand | Asking<MutualChange>,
  { waits }: { waits: boolean },
): Promise<Refusal | null> {
  switch (command.type) {
    case 'sign':
      return (
        (await refusedSignature(tx, agreement, command)) ?? reserveSignature(tx, agreement, command)
      );
    case 'recordNumber': {
      const { numberNoteId: noteId, dated } = command;
      return reserveNumber(tx, agreement, command, { noteId, dated });
    }
    case 'changeDates':
      return (waits ? refusedByFamily : reserveTerm)(tx, agreement, command);
    case 'correctNumber': {
      const { number } = command;
      return number && (waits ? refusedNumber : replaceNumber)(tx, agreement, command, number);
    }
    case 'correctSignature': {
      const { signature } = command;
      return signature && refusedSignature(tx, agreement, { ...command, ...signature });
    }
    case 'confirmChange':
    case 'correctTitle':
    case 'terminate':
    case 'continue':
      return null;
  }
}

/**
 * Reserves the one renewal of the agreement before, when there is one. Part of the transaction in
 * which the renewal first appears.
 */
export async function reserveRenewal(tx: Tx, agreement: AgreementState): Promise<Refusal | null> {
  const { id: successorId, renewalOf: predecessorId } = agreement;
  if (predecessorId === null) return null;
  const refusal = await refusedByPredecessor(tx, predecessorId, agreement);
  if (refusal) return refusal;
  const reserved =
    await tx.$executeRaw`insert into renewal_reservation (predecessor_id, successor_id)
    values (${predecessorId}::uuid, ${successorId}::uuid) on conflict do nothing`;
  if (reserved) return null;
  const { successorId: renewal } = await tx.renewalReservation.findUniqueOrThrow({
    where: { predecessorId },
  });
  return refuse('RenewalRunning', { agreement: predecessorId, renewal });
}

/**
 * Lets the reservations be those that this state uses: gives back what was granted and never entered, and
 * all of an agreement that ended without ever being in force, and takes what an older PostgreSQL does
 * not hold any more. Asked where no command is under way.
 */
export async function alignReservations(tx: Tx, agreement: AgreementState): Promise<void> {
  const { id: agreementId, renewalOf, renewal } = agreement;
  const parties = neverInForce(agreement) ? [] : agreement.parties;
  const numbered = parties.flatMap(({ id, number }) => (number ? [{ id, number }] : []));
  const signed = parties.flatMap(({ id, signature }) => (signature ? [{ id, signature }] : []));
  const commandId = { notIn: numbered.map(({ number }) => number.reservationId) };
  await tx.numberReservation.deleteMany({ where: { agreementId, commandId } });
  await keepNumbers(tx, agreement, numbered);
  await tx.signatureReservation.deleteMany({ where: { agreementId } });
  await keepSignatures(tx, agreementId, signed);
  await freeTerms(tx, agreementId);
  if (neverInForce(agreement)) {
    await tx.renewalReservation.deleteMany({ where: { successorId: agreementId } });
  } else if (renewalOf) {
    await keepRenewal(tx, renewalOf, agreementId);
  }
  if (renewal) await keepRenewal(tx, agreementId, renewal.id);
}

// Needed where a correction was granted, replacing the number, and its recording was lost.
async function keepNumbers(
  tx: Tx,
  { id: agreementId, kind }: AgreementState,
  numbered: { id: DeskId; number: PartyNumber }[],
): Promise<void> {
  if (numbered.length === 0) return;
  const rows = numbered.map(({ id: party, number: { reservationId, noteId: note, dated } }) => {
    return { party, id: reservationId, note, dated, year: yearOf(dated) };
  });
  await tx.$executeRaw`
    insert into number_reservation (command_id, agreement_id, party_id, kind, year, number, number_key, dated)
    select kept.id, ${agreementId}::uuid, party, ${kind}, kept.year, text, number_key(text), kept.dated
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as kept (party uuid, id uuid, note uuid, dated date, year integer)
    join note on note.id = kept.note
    on conflict do nothing`;
}

async function keepSignatures(
  tx: Tx,
  agreementId: AgreementId,
  signed: { id: DeskId; signature: Signature }[],
): Promise<void> {
  if (signed.length === 0) return;
  const rows = signed.map(({ id: party, signature: { actedBy, signedOn: day } }) => {
    return { party, holder: actedBy.kind === 'holder' ? actedBy.id : null, day };
  });
  await tx.$executeRaw`
    insert into signature_reservation (command_id, agreement_id, party_id, holder_id, signed_on)
    select gen_random_uuid(), ${agreementId}::uuid, party, holder, day
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as signed (party uuid, holder uuid, day date)
    on conflict do nothing`;
}

async function keepRenewal(tx: Tx, predecessor: AgreementId, successor: AgreementId) {
  await tx.$executeRaw`insert into renewal_reservation (predecessor_id, successor_id)
    values (${predecessor}::uuid, ${successor}::uuid) on conflict do nothing`;
}

async function refusedByPredecessor(
  tx: Tx,
  predecessorId: AgreementId,
  { kind, term }: AgreementState,
): Promise<Refusal | null> {
  const predecessor = await lockedFrom(tx, predecessorId);
  if (!predecessor) return refuse('NotRenewable', { agreement: predecessorId });
  // Whether a renewal is running was decided by the reservation itself.
  return refusalBy(() => requireRenewable({ ...predecessor, renewal: null }, kind, term));
}

type Numbering = { commandId: string; party: DeskId };
type Numbered = Pick<PartyNumber, 'noteId' | 'dated'>;

async function reserveNumber(
  tx: Tx,
  agreement: AgreementState,
  numbering: Numbering,
  number: Numbered,
): Promise<Refusal | null> {
  const { id: agreementId, kind } = agreement;
  const { commandId, party } = numbering;
  const { noteId, dated } = number;
  const reserved = await tx.$executeRaw`
    insert into number_reservation (command_id, agreement_id, party_id, kind, year, number, number_key, dated)
    select ${commandId}::uuid, ${agreementId}::uuid, ${party}::uuid, ${kind}, ${yearOf(dated)}, text,
      number_key(text), ${toColumn(dated)} from note where id = ${noteId}::uuid on conflict do nothing`;
  if (reserved) return null;
  return (
    (await refusedNumber(tx, agreement, numbering, number)) ??
    refuse('NumberAlreadyRecorded', { party })
  );
}

/** Refuses a number that another agreement holds. Fails where its note is gone: the command waits for it. */
async function refusedNumber(
  tx: Tx,
  { id, kind }: AgreementState,
  { party }: Numbering,
  { noteId: note, dated }: Numbered,
): Promise<Refusal | null> {
  const { text } = await tx.note.findUniqueOrThrow({ where: { id: note } });
  const year = yearOf(dated);
  const [taken] = await tx.$queryRaw<unknown[]>`
    select from number_reservation where party_id = ${party}::uuid and kind = ${kind} and year = ${year}
      and number_key = number_key(${text}) and agreement_id <> ${id}::uuid`;
  return taken ? refuse('NumberTaken', { party, kind, year, note }) : null;
}

async function replaceNumber(
  tx: Tx,
  agreement: AgreementState,
  command: Numbering,
  number: Numbered,
): Promise<Refusal | null> {
  const refused = await refusedNumber(tx, agreement, command, number);
  if (refused) return refused;
  const { id: agreementId } = agreement;
  await tx.numberReservation.deleteMany({ where: { agreementId, partyId: command.party } });
  const overtaken = await reserveNumber(tx, agreement, command, number);
  // Rolls back, so that the old number is still held; the next attempt finds the new one taken and refuses.
  if (overtaken) throw new Error('another agreement took the number in this moment');
  return null;
}

type Signing = Pick<Sign, 'party' | 'actedBy' | 'signedOn' | 'recordedBy'>;

/** Refuses a signature by somebody who may not give it, or under an MoU that was over. */
async function refusedSignature(
  tx: Tx,
  { kind, parties, term, parent: above }: AgreementState,
  { party: partyId, actedBy, signedOn, recordedBy }: Signing,
): Promise<Refusal | null> {
  const outside = parties.some(({ id, outside: isOutside }) => id === partyId && isOutside);
  const holderId = actedBy.kind === 'holder' ? actedBy.id : null;
  if (!outside) {
    const holder = holderId === null ? null : await officeHolder(tx, holderId, partyId);
    if (!holder) return refuse('SignatoryUnknown', { holder: actedBy.id });
    if (!maySign(holder, kind, partyId, signedOn)) {
      return refuse('SignatoryWithoutAuthority', { holder: holder.id, kind, day: signedOn });
    }
    const ownEntry = refusalBy(() => requireEnteredByAnother(holder, recordedBy.userId));
    if (ownEntry) return ownEntry;
  }
  const parent = above && (await lockedFrom(tx, above.id));
  return parent && refusalBy(() => requireParentLived(parent, { term, parent: above }, signedOn));
}

async function reserveSignature(
  tx: Tx,
  { id: agreementId }: AgreementState,
  { commandId, party: partyId, actedBy, signedOn }: Sign,
): Promise<Refusal | null> {
  const holderId = actedBy.kind === 'holder' ? actedBy.id : null;
  const reserved = await tx.$executeRaw`
    insert into signature_reservation (command_id, agreement_id, party_id, holder_id, signed_on)
    values (${commandId}::uuid, ${agreementId}::uuid, ${partyId}::uuid, ${holderId}::uuid,
      ${toColumn(signedOn)}) on conflict do nothing`;
  return reserved ? null : refuse('PartyAlreadySigned', { party: partyId });
}

// A holder signs for the own office and for those below it in the same institution: a head of
// region for each OPD, a head of a BPJS regional office for its branches.
async function officeHolder(tx: Tx, id: string, partyId: string): Promise<OfficeHolder | null> {
  const holder = await tx.officeHolder.findUnique({ where: { id }, include: { office: true } });
  if (!holder) return null;
  const party = await tx.office.findUnique({ where: { id: partyId } });
  const above =
    party?.institutionId === holder.office.institutionId && party.path.includes(holder.officeId);
  return {
    id,
    officeId: holder.officeId,
    signsFor: above ? [holder.officeId, partyId] : [holder.officeId],
    from: toDay(holder.fromDay),
    until: holder.untilDay && toDay(holder.untilDay),
    signs: holder.signs as OfficeHolder['signs'],
    enteredBy: holder.enteredBy,
  };
}

// As it stands, and as it stays until this transaction has ended.
async function lockedFrom(tx: Tx, id: AgreementId): Promise<AgreementState | null> {
  const [row] = await tx.$queryRaw<{ state: AgreementState }[]>`
    select state from agreement where id = ${id}::uuid for share`;
  return row?.state ?? null;
}
