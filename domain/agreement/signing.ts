/**
 * Numbers and signatures. Both are reservations: only PostgreSQL knows whether a number is free and
 * whether a person may sign. PostgreSQL is asked after the rules here have allowed the command.
 */
import { isFullySigned, lastSignedOn } from './agreement.ts';
import type { AgreementState, Kind, Party, Person } from './agreement.ts';
import type { DeskId, EvidenceId, NoteId, UserId } from '../shared/ids.ts';
import { addDays, later } from '../shared/day.ts';
import type { Day } from '../shared/day.ts';
import { requireNothingPending } from './consent.ts';
import { requireNumberOfText, requireSignedSinceText } from './plausible.ts';
import { ruleBroken } from './refusals.ts';
import { moveToStage, unsigned } from './stage.ts';
import type { Decision } from './transition.ts';
import { partyOf, requireRecorder, withTurn } from './turn.ts';
import type { CommandMetadata } from '../shared/command-metadata.ts';

export type RecordNumber = CommandMetadata & {
  type: 'recordNumber';
  party: DeskId;
  /** The note that holds the number's text; it stays in PostgreSQL. */
  numberNoteId: NoteId;
  /** The day on the numbered original; its year counts for uniqueness. */
  dated: Day;
  /** Said of a paper that is older than the text. */
  oldPaper?: true;
  evidenceId?: EvidenceId;
};

export type Sign = CommandMetadata & {
  type: 'sign';
  party: DeskId;
  /** The office holder; for a party outside the system, the person who signed for it. */
  actedBy: Person;
  signedOn: Day;
  /** Said of a paper that is older than the text. */
  oldPaper?: true;
  evidenceId?: EvidenceId;
};

/** What has to be known of an office holder to judge a signature. */
export type OfficeHolder = {
  id: string;
  officeId: string;
  /** Offices whose documents the holder signs: the own one and, for a head of region, its OPD. */
  signsFor: string[];
  from: Day;
  until: Day | null;
  signs: Kind[];
  /** The account that entered the holder or made the time longer; null when none of this installation did. */
  enteredBy: UserId | null;
};

/** Enters a party's number. One per party; a number may follow the signature on paper. */
export function recordNumber(agreement: AgreementState, command: RecordNumber): Decision {
  const { stage } = agreement;
  if (stage !== 'signing' && stage !== 'active') {
    throw ruleBroken('StageForbids', { command: 'recordNumber', stage });
  }
  const party = partyOf(agreement, command.party);
  requireRecorder(agreement, command, party);
  if (party.number) throw ruleBroken('NumberAlreadyRecorded', { party: party.id });
  if (command.dated > command.businessDay) {
    throw ruleBroken('SignedInFuture', { day: command.dated, today: command.businessDay });
  }

  requireNumberOfText(agreement, command.dated, command);

  const { commandId: reservationId, numberNoteId: noteId, dated } = command;
  const { evidenceId: evidence = null } = command;
  const number = { reservationId, noteId, dated };
  const parties = agreement.parties.map((each) => (each === party ? { ...each, number } : each));
  return {
    state: { ...agreement, parties },
    events: [
      {
        kind: 'numbered',
        party: party.id,
        dated,
        evidence,
        ...(command.oldPaper && { oldPaper: true }),
      },
    ],
  };
}

/**
 * Enters a party's signature. With the last one the agreement comes into force on the later of
 * that signature and its start day; with a start still to come it waits in `signing`.
 */
export function sign(agreement: AgreementState, command: Sign): Decision {
  if (agreement.stage !== 'signing') {
    throw ruleBroken('StageForbids', { command: 'sign', stage: agreement.stage });
  }
  const party = partyOf(agreement, command.party);
  requireRecorder(agreement, command, party);
  if (party.signature) throw ruleBroken('PartyAlreadySigned', { party: party.id });
  requireNothingPending(agreement);
  requireSigningDay(agreement, command.signedOn, command);
  requireSecondAccount(agreement, command, party);

  const { actedBy, recordedBy, signedOn, givenAt: recordedAt, evidenceId = null } = command;
  const signature = { actedBy, recordedBy, signedOn, recordedAt, evidenceId };
  const parties = agreement.parties.map((each) => (each === party ? { ...each, signature } : each));
  const signed = { ...agreement, parties };
  const waiting = withTurn(signed, unsigned(signed), command.businessDay);
  const inForce = comeIntoForce(waiting, command);
  return {
    state: inForce.state,
    events: [
      {
        kind: 'signed',
        party: party.id,
        actedBy,
        signedOn,
        evidence: evidenceId,
        ...(command.oldPaper && { oldPaper: true }),
      },
      ...inForce.events,
    ],
  };
}

/** Refuses a day on which the paper cannot have been signed, and asks about one on which it hardly was. */
export function requireSigningDay(
  agreement: AgreementState,
  day: Day,
  command: Pick<CommandMetadata, 'businessDay'> & { oldPaper?: true },
): void {
  const { businessDay: today } = command;
  const { end } = agreement.term;
  if (day > today) throw ruleBroken('SignedInFuture', { day, today });
  if (day > end) throw ruleBroken('SignedAfterEnd', { day, end });
  requireSignedSinceText(agreement, day, command);
}

/** The one account that has recorded every other signature does not record the last one as well. */
export function requireSecondAccount(
  { parties }: AgreementState,
  { recordedBy: { userId } }: Pick<CommandMetadata, 'recordedBy'>,
  party: Party,
): void {
  const others = parties.filter((each) => each !== party);
  if (others.every(({ signature }) => signature?.recordedBy.userId === userId)) {
    throw ruleBroken('SecondAccountNeeded', { party: party.id });
  }
}

/** Turns a fully signed agreement whose start day has come into an active one. */
export function comeIntoForce(
  agreement: AgreementState,
  given: Pick<CommandMetadata, 'businessDay'>,
): Decision {
  const today = given.businessDay;
  if (!isFullySigned(agreement) || agreement.stage !== 'signing' || agreement.term.start > today) {
    return { state: agreement, events: [] };
  }
  const active = moveToStage(agreement, 'active', [agreement.proposer], given);
  return {
    // Reminders that were due before today are not made up for.
    state: {
      ...active,
      milestonesPassedUntil: later(active.milestonesPassedUntil, addDays(today, -1)),
    },
    events: [{ kind: 'stage-reached', stage: 'active' }],
  };
}

/** The day from which the signed agreement is in force. */
export function inForceFrom(agreement: AgreementState): Day {
  return later(lastSignedOn(agreement), agreement.term.start);
}

/**
 * Whether this office holder may sign this kind of document for this party on this day: in
 * office then, for that party, and entitled to the kind. A head of region signs both kinds, an
 * OPD head only a PKS and by power of attorney (PP 28/2018 Ps. 13); what each may sign is
 * entered with its decree or mandate.
 */
export function maySign(holder: OfficeHolder, kind: Kind, party: DeskId, day: Day): boolean {
  return mayActFor(holder, party, day) && holder.signs.includes(kind);
}

/**
 * Refuses an act in the name of an office holder whom the same account has entered: otherwise one account
 * could make up both the person and the act.
 */
export function requireEnteredByAnother(
  { id, enteredBy }: Pick<OfficeHolder, 'id' | 'enteredBy'>,
  recorder: UserId,
): void {
  if (enteredBy === recorder) throw ruleBroken('HolderEnteredByYou', { holder: id });
}

/** Whether this office holder was in office on this day, there or above it. */
export function mayActFor(
  { from, until, signsFor }: Pick<OfficeHolder, 'from' | 'until' | 'signsFor'>,
  office: DeskId,
  day: Day,
): boolean {
  return from <= day && (until === null || day <= until) && signsFor.includes(office);
}
