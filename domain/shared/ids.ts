/** What the ids that travel between contexts stand for. */

export type OfficeId = string;
export type UserId = string;
/** An office, or a party outside the system: a text can lie with either. Both share one space of ids. */
export type DeskId = string;
export type AgreementId = string;
/** A text stored beside what it belongs to (title, reason, remark); only its id travels. */
export type NoteId = string;
/** A letter's number and date, with a document still to be attached. */
export type EvidenceId = string;
