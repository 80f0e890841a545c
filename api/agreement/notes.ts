/** Texts and letters, stored before what they belong to, so that only their ids travel on. */
import type { EvidenceId, NoteId, OfficeId } from '../../domain/shared/ids.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Tx } from '../../prisma/connect.ts';
import { toColumn } from '../../prisma/day-column.ts';
import { derivedId } from '../http/derived-id.ts';

export type NoteKind =
  'title' | 'remark' | 'reason' | 'exception' | 'number' | 'outside-party' | 'outside-signer';

/** Whom a text belongs to and who wrote it. */
export type Authorship = {
  commandId: string;
  agreementId: string;
  officeId: OfficeId;
  authorId: string;
};

/** Stores a text; repeating the same command finds the same note. */
export async function writeNote(
  tx: Tx,
  { commandId, agreementId, officeId, authorId }: Authorship,
  kind: NoteKind,
  text: string,
  purpose: string = kind,
): Promise<NoteId> {
  const id = derivedId(commandId, purpose);
  await tx.$executeRaw`
    insert into note (id, agreement_id, kind, text, office_id, author_id, visibility)
    values (${id}::uuid, ${agreementId}::uuid, ${kind}, ${text}, ${officeId}::uuid, ${authorId},
      'shared') on conflict do nothing`;
  return id;
}

/** Stores a letter's number and date; its document may follow. */
export async function writeEvidence(
  tx: Tx,
  { commandId, agreementId, officeId, authorId }: Authorship,
  letter: { number: string; date: Day },
): Promise<EvidenceId> {
  const id = derivedId(commandId, 'evidence');
  await tx.$executeRaw`
    insert into evidence (id, agreement_id, letter_number, letter_day, office_id, author_id)
    values (${id}::uuid, ${agreementId}::uuid, ${letter.number}, ${toColumn(letter.date)},
      ${officeId}::uuid, ${authorId}) on conflict do nothing`;
  return id;
}
