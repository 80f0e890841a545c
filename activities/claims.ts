/**
 * Claims: what only PostgreSQL can grant, by constraint. A claim is keyed by its command, so
 * asking again gives the same answer.
 */
import type { AgreementId, AgreementState } from '../domain/agreement.ts';
import { yearOf } from '../domain/day.ts';
import { requireRenewable } from '../domain/renewal.ts';
import { refusalBy } from '../domain/rule-broken.ts';
import type { Refusal } from '../domain/rule-broken.ts';
import { maySign } from '../domain/signing.ts';
import type { OfficeHolder, RecordNumber, Sign } from '../domain/signing.ts';
import { requireParentLived } from '../domain/term.ts';
import type { Database, Tx } from '../prisma/connect.ts';
import { toColumn, toDay } from '../prisma/day-column.ts';
import type { Claim } from './recording.ts';
import { claimTerm, releaseTerm } from './term-claims.ts';

export function createClaims({ database }: { database: Database }) {
  return {
    /** Grants the claim (null) or says which rule stands against it. */
    claim: ({ agreement, command }: Claim): Promise<Refusal | null> =>
      database.withActor({ kind: 'engine' }, (tx) => claimFor(tx, agreement, command)),

    /** Gives back what the command had claimed. */
    release: (commandId: string): Promise<void> =>
      database.withActor({ kind: 'engine' }, async (tx) => {
        await tx.numberClaim.deleteMany({ where: { commandId } });
        await tx.signatureClaim.deleteMany({ where: { commandId } });
        await releaseTerm(tx, commandId);
      }),
  };
}

/**
 * Claims the one renewal of the agreement before, when there is one. Part of the transaction in
 * which the renewal first appears.
 */
export async function claimRenewal(tx: Tx, agreement: AgreementState): Promise<Refusal | null> {
  const { id: successorId, renewalOf: predecessorId } = agreement;
  if (predecessorId === null) return null;

  const claimed = await tx.$executeRaw`insert into renewal_claim (predecessor_id, successor_id)
    values (${predecessorId}::uuid, ${successorId}::uuid) on conflict do nothing`;
  if (!claimed) {
    const { successorId: renewal } = await tx.renewalClaim.findUniqueOrThrow({
      where: { predecessorId },
    });
    // Granted before, with this agreement already recorded: whatever became of the predecessor
    // since, this life has begun.
    if (renewal === successorId) return null;
    return refuse('RenewalRunning', { agreement: predecessorId, renewal });
  }
  const refusal = await refusedByPredecessor(tx, predecessorId, agreement);
  // The transaction goes on to commit, so a claim that is of no use is taken back here.
  if (refusal) await releaseRenewal(tx, successorId);
  return refusal;
}

/** Lets another renewal of the predecessor begin. */
export async function releaseRenewal(tx: Tx, successorId: AgreementId): Promise<void> {
  await tx.renewalClaim.deleteMany({ where: { successorId } });
}

async function refusedByPredecessor(
  tx: Tx,
  predecessorId: AgreementId,
  { kind, term }: AgreementState,
): Promise<Refusal | null> {
  const predecessor = await stored(tx, predecessorId);
  if (!predecessor) return refuse('NotRenewable', { agreement: predecessorId });
  // Whether a renewal is running was decided by the claim itself.
  return refusalBy(() => requireRenewable({ ...predecessor, renewal: null }, kind, term));
}

function claimFor(
  tx: Tx,
  agreement: AgreementState,
  command: Claim['command'],
): Promise<Refusal | null> {
  switch (command.type) {
    case 'recordNumber':
      return claimNumber(tx, agreement, command);
    case 'sign':
      return claimSignature(tx, agreement, command);
    case 'changeDates':
      return claimTerm(tx, agreement, command);
  }
}

async function claimNumber(
  tx: Tx,
  { id: agreementId, kind }: AgreementState,
  { commandId, party: partyId, numberNoteId, dated }: RecordNumber,
): Promise<Refusal | null> {
  const { text: number } = await tx.note.findUniqueOrThrow({ where: { id: numberNoteId } });
  const numberKey = number.toUpperCase().replace(/\s+/g, '');
  const year = yearOf(dated);
  const claimed = await tx.$executeRaw`
    insert into number_claim (command_id, agreement_id, party_id, kind, year, number, number_key, dated)
    values (${commandId}::uuid, ${agreementId}::uuid, ${partyId}::uuid, ${kind}, ${year}, ${number},
      ${numberKey}, ${toColumn(dated)}) on conflict do nothing`;
  if (claimed || (await tx.numberClaim.findUnique({ where: { commandId } }))) return null;

  const taken = await tx.numberClaim.findFirst({ where: { partyId, kind, year, numberKey } });
  return taken && taken.agreementId !== agreementId
    ? refuse('NumberTaken', { party: partyId, kind, year, note: numberNoteId })
    : refuse('NumberAlreadyRecorded', { party: partyId });
}

async function claimSignature(
  tx: Tx,
  { id: agreementId, kind, parties, term, parent: above }: AgreementState,
  { commandId, party: partyId, actedBy, signedOn }: Sign,
): Promise<Refusal | null> {
  // Granted before: whatever was decided elsewhere since, the answer stays.
  if (await tx.signatureClaim.findUnique({ where: { commandId } })) return null;
  const outside = parties.some(({ id, outside: isOutside }) => id === partyId && isOutside);
  const holderId = actedBy.kind === 'holder' ? actedBy.id : null;
  if (!outside) {
    const holder = holderId === null ? null : await officeHolder(tx, holderId, partyId);
    if (!holder) return refuse('SignatoryUnknown', { holder: actedBy.id });
    if (!maySign(holder, kind, partyId, signedOn)) {
      return refuse('SignatoryWithoutAuthority', { holder: holder.id, kind, day: signedOn });
    }
  }
  const parent = above && (await stored(tx, above.id));
  const unsuitable =
    parent && refusalBy(() => requireParentLived(parent, { term, parent: above }, signedOn));
  if (unsuitable) return unsuitable;

  const claimed = await tx.$executeRaw`
    insert into signature_claim (command_id, agreement_id, party_id, holder_id, signed_on)
    values (${commandId}::uuid, ${agreementId}::uuid, ${partyId}::uuid, ${holderId}::uuid,
      ${toColumn(signedOn)}) on conflict do nothing`;
  return claimed ? null : refuse('PartyAlreadySigned', { party: partyId });
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
  };
}

async function stored(tx: Tx, id: AgreementId): Promise<AgreementState | null> {
  const row = await tx.agreement.findUnique({ where: { id } });
  return row && (row.state as AgreementState);
}

function refuse(code: Refusal['code'], params: Refusal['params']): Refusal {
  return { code, params };
}
