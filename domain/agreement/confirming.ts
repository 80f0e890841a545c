/** What the other parties answer to a change that one of them has asked for. */
import type { AgreementState, MutualChange } from './agreement.ts';
import { partyFor, pendingChange } from './consent.ts';
import type { Asking, Effect } from './consent.ts';
import { numberCorrected, signatureCorrected, titleCorrected } from './corrections.ts';
import { continued, ended } from './ending.ts';
import { ruleBroken } from './refusals.ts';
import { datesChanged } from './term.ts';
import type { Decision } from './transition.ts';
import { requireParticipant } from './turn.ts';
import type { CommandMetadata } from '../shared/command-metadata.ts';
import type { EvidenceId, NoteId } from '../shared/ids.ts';

export type ConfirmChange = CommandMetadata & {
  type: 'confirmChange';
  /** The command that asked for it. */
  change: string;
  evidenceId?: EvidenceId;
};

export type DeclineChange = CommandMetadata & {
  type: 'declineChange';
  change: string;
  reasonNoteId: NoteId;
};

type Effects = {
  [Type in MutualChange['type']]: Effect<Extract<MutualChange, { type: Type }>>;
};

const EFFECTS: Effects = {
  changeDates: datesChanged,
  terminate: ended,
  continue: continued,
  correctTitle: titleCorrected,
  correctNumber: numberCorrected,
  correctSignature: signatureCorrected,
};

/** The changes that need consent, by name. */
export const MUTUAL_CHANGES = Object.keys(EFFECTS) as MutualChange['type'][];

/** Agrees for one party. With the last consent the change is carried out, if the rules still allow it. */
export function confirmChange(agreement: AgreementState, command: ConfirmChange): Decision {
  const pending = pendingChange(agreement, command.change);
  requireParticipant(agreement, command.recordedBy.officeId);
  const party = partyFor(agreement, command.recordedBy.officeId);
  if (!pending.awaits.includes(party)) throw notAwaited(pending.awaits);
  const { evidenceId: evidence = null } = command;
  const confirmed = { kind: 'change-confirmed', party, evidence } as const;
  const awaits = pending.awaits.filter((each) => each !== party);
  if (awaits.length > 0) {
    return { state: { ...agreement, pending: { ...pending, awaits } }, events: [confirmed] };
  }
  const { state, events } = carryOut(
    { ...agreement, pending: null },
    confirmedBy(command, pending),
  );
  return { state, events: [confirmed, ...events] };
}

/** Gives the change up: another party declines it, or the one that asked takes it back. */
export function declineChange(agreement: AgreementState, command: DeclineChange): Decision {
  const { change, recordedBy, reasonNoteId: reason } = command;
  const pending = pendingChange(agreement, change);
  requireParticipant(agreement, recordedBy.officeId);
  const party = partyFor(agreement, recordedBy.officeId);
  const isTakenBack = party === pending.party;
  if (!isTakenBack && !pending.awaits.includes(party)) throw notAwaited(pending.awaits);
  return {
    state: { ...agreement, pending: null },
    events: [
      { kind: 'change-declined', change: pending.change, party, takenBack: isTakenBack, reason },
    ],
  };
}

/** The change that this command carries out, when it gives the last consent; null while others are missing. */
export function changeCarriedOutBy(
  { pending }: Pick<AgreementState, 'pending'>,
  command: ConfirmChange,
): Asking<MutualChange> | null {
  const isLast = pending?.id === command.change && pending.awaits.length === 1;
  return isLast ? confirmedBy(command, pending) : null;
}

// The change is carried out as recorded by the party that asked, on the day of the last consent.
function confirmedBy(
  { commandId, businessDay, givenAt, requestId }: ConfirmChange,
  { change, by: recordedBy }: NonNullable<AgreementState['pending']>,
): Asking<MutualChange> {
  return { ...change, commandId, businessDay, givenAt, requestId, recordedBy };
}

function carryOut(agreement: AgreementState, command: Asking<MutualChange>): Decision {
  const effect = EFFECTS[command.type] as Effect<MutualChange>;
  return effect(agreement, command);
}

function notAwaited(parties: readonly string[]) {
  return ruleBroken('ConsentNotAwaited', { parties });
}
