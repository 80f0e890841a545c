/**
 * The area that an agreement serves and the offices that may hand in lists of people under it. There may be
 * hundreds, so they stand in tables and not in the workflow's state.
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

/** Those of an agreement. */
export async function placesOf(tx: Reading, agreement: string): Promise<Places> {
  const [places] = await tx.$queryRaw<Places[]>`
    select
      array(select region_code from agreement_area where agreement_id = ${agreement}::uuid) as area,
      array(select office_id::text from submitting_office where agreement_id = ${agreement}::uuid)
        as "submittingOffices"`;
  return places ?? { area: [], submittingOffices: [] };
}
