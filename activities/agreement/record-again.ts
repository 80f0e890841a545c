/**
 * An agreement as the engine knows it, taken back into a PostgreSQL that is older: first what it
 * reserves, then copy, plan and an audit event that marks the hole. May be repeated.
 */
import { neverInForce } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { DeskId } from '../../domain/shared/ids.ts';
import type { Day } from '../../domain/shared/day.ts';
import { restored } from '../../domain/agreement/restoring.ts';
import type { Kept } from '../../domain/agreement/restoring.ts';
import type { Tx } from '../../prisma/connect.ts';
import { toColumn } from '../../prisma/day-column.ts';
import { createRecords } from './record.ts';
import { newestRules } from '../calendar/rules.ts';
import { freeTerms } from './term-reservations.ts';

type Dependencies = Parameters<typeof createRecords>[0];

/** Records this state over the older copy, one version on; answers what is recorded. */
export async function recordAgain(
  { database, ...rest }: Dependencies,
  agreement: AgreementState,
  { from, day }: { from: number; day: Day },
): Promise<{ agreement: AgreementState; numbersLost: readonly DeskId[] }> {
  const kept = await database.withActor({ kind: 'engine' }, async (tx): Promise<Kept> => {
    await alignReservations(tx, agreement);
    return { from, numbersLost: await numbersLost(tx, agreement), rules: await newestRules(tx) };
  });
  const change = restored(agreement, kept);
  const key = `restored/${change.state.version}`;
  const { record } = createRecords({ database, ...rest });
  await record({ change, cause: { by: 'engine', key, day } });
  return { agreement: change.state, numbersLost: kept.numbersLost };
}

/**
 * Lets the reservations be those of this state: gives back what was granted to a command that the
 * engine has forgotten, and takes what an older PostgreSQL does not hold any more.
 */
export async function alignReservations(tx: Tx, agreement: AgreementState): Promise<void> {
  const { id: agreementId, parties, renewalOf, renewal } = agreement;
  const used = parties.flatMap(({ number }) => number?.reservationId ?? []);
  await tx.numberReservation.deleteMany({ where: { agreementId, commandId: { notIn: used } } });
  await freeTerms(tx, agreementId);
  // A command that the engine has forgotten is asked anew when its client repeats it.
  await tx.reservationAnswer.deleteMany({ where: { agreementId } });
  const signed = parties.filter(({ signature }) => signature !== null);
  const partyIds = signed.map(({ id }) => id);
  await tx.signatureReservation.deleteMany({
    where: { agreementId, partyId: { notIn: partyIds } },
  });
  for (const { id: partyId, signature } of signed) {
    if (!signature) continue;
    const { actedBy, signedOn } = signature;
    const holderId = actedBy.kind === 'holder' ? actedBy.id : null;
    await tx.$executeRaw`
      insert into signature_reservation (command_id, agreement_id, party_id, holder_id, signed_on)
      values (gen_random_uuid(), ${agreementId}::uuid, ${partyId}::uuid, ${holderId}::uuid,
        ${toColumn(signedOn)}) on conflict do nothing`;
  }
  if (renewalOf && !neverInForce(agreement)) await reserveRenewal(tx, renewalOf, agreementId);
  if (renewal) await reserveRenewal(tx, agreementId, renewal.id);
}

async function reserveRenewal(tx: Tx, predecessor: string, successor: string): Promise<void> {
  await tx.$executeRaw`insert into renewal_reservation (predecessor_id, successor_id)
    values (${predecessor}::uuid, ${successor}::uuid) on conflict do nothing`;
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
