/**
 * Every party speaks for itself. What binds several of them is carried out when each has agreed: one asks,
 * and until the others have confirmed it, nothing changes. Parties outside the system agree by the letter
 * that the one who records it has to give.
 */
import type { AgreementState, MutualChange, Party, PendingChange } from './agreement.ts';
import { ruleBroken } from './refusals.ts';
import type { Decision } from './transition.ts';
import type { CommandMetadata } from '../shared/command-metadata.ts';
import type { DeskId, OfficeId } from '../shared/ids.ts';

/** A command that asks for a change, and what it does once nobody's consent is missing. */
export type Asking<Change extends MutualChange> = CommandMetadata & Change;
export type Effect<Change extends MutualChange> = (
  agreement: AgreementState,
  command: Asking<Change>,
) => Decision;

/**
 * Carries a change out at once, or keeps it as pending until the parties in `bound` have agreed. Refuses what
 * could not be carried out now.
 */
export function withConsent<Change extends MutualChange>(
  agreement: AgreementState,
  command: Asking<Change>,
  bound: readonly DeskId[],
  carryOut: Effect<Change>,
): Decision {
  requireNothingPending(agreement);
  const carriedOut = carryOut(agreement, command);
  const { recordedBy: by, businessDay: on, commandId: id } = command;
  const party = partyFor(agreement, by.officeId);
  const awaits = bound.filter((each) => each !== party);
  if (awaits.length === 0) return carriedOut;
  const change = contentOf(command);
  return {
    state: { ...agreement, pending: { id, change, party, by, on, awaits } },
    events: [{ kind: 'change-asked', change, party, awaits }],
  };
}

/** The parties with accounts here. */
export function insideParties({ parties }: AgreementState): DeskId[] {
  return parties.filter(({ outside }) => !outside).map(({ id }) => id);
}

/** The parties with accounts here that have signed. */
export function signedInside({ parties }: AgreementState): DeskId[] {
  return parties.filter(({ outside, signature }) => !outside && signature).map(({ id }) => id);
}

/** The party for which this participant speaks. */
export function partyFor(
  {
    parties,
    proposer,
    proposingParty,
  }: Pick<AgreementState, 'proposer' | 'proposingParty'> & {
    parties: readonly Pick<Party, 'id' | 'outside'>[];
  },
  office: OfficeId,
): DeskId {
  const isParty = parties.some(({ id, outside }) => id === office && !outside);
  return office === proposer && !isParty ? proposingParty : office;
}

/** Refuses what cannot be done while a change waits for consent. */
export function requireNothingPending({ pending }: AgreementState): void {
  if (pending) {
    throw ruleBroken('ChangePending', { change: pending.change.type, parties: pending.awaits });
  }
}

/** The change that waits for consent; refuses any other. */
export function pendingChange({ pending }: AgreementState, id: string): PendingChange {
  if (pending?.id !== id) throw ruleBroken('ChangeNotPending', {});
  return pending;
}

// Without the metadata: the change is carried out by another command, which has its own.
function contentOf<Change extends MutualChange>({
  commandId: _commandId,
  recordedBy: _recordedBy,
  businessDay: _businessDay,
  givenAt: _givenAt,
  requestId: _requestId,
  expectedRevision: _expectedRevision,
  ...change
}: Asking<Change>): MutualChange {
  return change as unknown as MutualChange;
}
