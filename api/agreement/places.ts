/**
 * The area that an agreement serves and the offices that may hand in lists of people under it: hundreds
 * perhaps, so they stand in tables and not in the state that its workflow carries.
 */
import type { OfficeId } from '../../domain/shared/ids.ts';
import type { Reading, Tx } from '../../prisma/connect.ts';
import type { Authorship } from './notes.ts';

/** Region codes of the area, and the offices that submit. */
export type Places = { area: string[]; submittingOffices: OfficeId[] };

/** Stores them for a proposal whose title is stored; repeating it changes nothing. */
export async function writePlaces(
  tx: Tx,
  { agreementId }: Authorship,
  { area, submittingOffices }: Places,
): Promise<void> {
  await tx.$executeRaw`
    select write_places(${agreementId}::uuid, ${area}::text[], ${submittingOffices}::uuid[])`;
}

/** The region codes of an agreement's area. */
export async function areaOf(tx: Reading, agreement: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ code: string }[]>`
    select region_code as code from agreement_area where agreement_id = ${agreement}::uuid`;
  return rows.map(({ code }) => code);
}

/** The offices that may hand in lists under an agreement. */
export async function submittingOfficesOf(tx: Reading, agreement: string): Promise<OfficeId[]> {
  const rows = await tx.$queryRaw<{ id: OfficeId }[]>`
    select office_id as id from submitting_office where agreement_id = ${agreement}::uuid`;
  return rows.map(({ id }) => id);
}
