/**
 * Nothing typed is final by accident: title, numbers and signatures are corrected with a reason by the side
 * that recorded them. Once another party relies on it, that party has to agree.
 */
import type {
  AgreementState,
  NumberCorrection,
  Party,
  SignatureCorrection,
  TitleCorrection,
} from './agreement.ts';
import { insideParties, partyFor, signedInside, withConsent } from './consent.ts';
import type { Asking } from './consent.ts';
import { asAnotherText } from './drafting.ts';
import { requireNumberOfText } from './plausible.ts';
import { ruleBroken } from './refusals.ts';
import { comeIntoForce, requireSecondAccount, requireSigningDay } from './signing.ts';
import { unsigned } from './stage.ts';
import type { Decision } from './transition.ts';
import { partyOf, requireParticipant, requireRecorder, withTurn } from './turn.ts';

export type CorrectTitle = Asking<TitleCorrection>;
export type CorrectNumber = Asking<NumberCorrection>;
export type CorrectSignature = Asking<SignatureCorrection>;

/** Gives the agreement the title that was meant; the side that proposed it does so. */
export function correctTitle(agreement: AgreementState, command: CorrectTitle): Decision {
  return withConsent(agreement, command, signedInside(agreement), titleCorrected);
}

/** Gives a party the number that was meant, or none. */
export function correctNumber(agreement: AgreementState, command: CorrectNumber): Decision {
  return withConsent(agreement, command, boundInForce(agreement), numberCorrected);
}

/** Gives a party the signature that is on the paper, or none. */
export function correctSignature(agreement: AgreementState, command: CorrectSignature): Decision {
  return withConsent(agreement, command, boundInForce(agreement), signatureCorrected);
}

/** The agreement with its title corrected. */
export function titleCorrected(agreement: AgreementState, command: CorrectTitle): Decision {
  const { officeId } = command.recordedBy;
  requireParticipant(agreement, officeId);
  if (partyFor(agreement, officeId) !== agreement.proposingParty) {
    throw ruleBroken('RecordedByOther', { party: agreement.proposingParty });
  }
  const { titleNoteId: before } = agreement;
  const { titleNoteId, reasonNoteId: reason } = command;
  const corrected = { ...agreement, titleNoteId };
  const isSigned = agreement.parties.some(({ signature }) => signature);
  return {
    state: isSigned ? corrected : asAnotherText(corrected, command),
    events: [{ kind: 'title-corrected', before, after: titleNoteId, reason }],
  };
}

/** The agreement with a party's number corrected. */
export function numberCorrected(agreement: AgreementState, command: CorrectNumber): Decision {
  const { number: correct, reasonNoteId: reason, evidenceId: evidence = null } = command;
  const party = partyToCorrect(agreement, command);
  if (!party.number) throw ruleBroken('NothingToCorrect', { party: party.id });
  if (correct && correct.dated > command.businessDay) {
    throw ruleBroken('SignedInFuture', { day: correct.dated, today: command.businessDay });
  }
  if (correct) requireNumberOfText(agreement, correct.dated, command);
  const number = correct && { reservationId: command.commandId, ...correct };
  const { id, number: before } = party;
  return {
    state: withParty(agreement, { ...party, number }),
    events: [{ kind: 'number-corrected', party: id, before, after: number, reason, evidence }],
  };
}

/** The agreement with a party's signature corrected. */
export function signatureCorrected(agreement: AgreementState, command: CorrectSignature): Decision {
  const { signature: correct, reasonNoteId: reason, evidenceId = null, recordedBy } = command;
  const party = partyToCorrect(agreement, command);
  const { signature: before } = party;
  if (!before) throw ruleBroken('NothingToCorrect', { party: party.id });
  if (correct) {
    requireSigningDay(agreement, correct.signedOn, command);
    requireSecondAccount(agreement, command, party);
  }
  // Names are those of the first recording: nobody has signed under a name that came later.
  const { recordedAt } = before;
  const signature = correct && { ...correct, recordedBy, recordedAt, evidenceId };
  const corrected = withParty(agreement, { ...party, signature });
  const isSigning = corrected.stage === 'signing';
  const inForce = isSigning
    ? comeIntoForce(withTurn(corrected, unsigned(corrected), command.businessDay), command)
    : { state: corrected, events: [] };
  const told = {
    kind: 'signature-corrected',
    party: party.id,
    before: { actedBy: before.actedBy, signedOn: before.signedOn },
    after: correct,
    reason,
    evidence: evidenceId,
  } as const;
  return { state: inForce.state, events: [told, ...inForce.events] };
}

// Before the agreement is in force, a party corrects its own records alone.
function boundInForce(agreement: AgreementState): string[] {
  return agreement.stage === 'active' ? insideParties(agreement) : [];
}

function partyToCorrect(
  agreement: AgreementState,
  command: CorrectNumber | CorrectSignature,
): Party {
  const { stage } = agreement;
  const isTakenAway = command.type === 'correctNumber' ? !command.number : !command.signature;
  // Numbers and signatures of an agreement in force can be corrected, and not taken away.
  const isPossible = stage === 'signing' || (stage === 'active' && !isTakenAway);
  if (!isPossible) throw ruleBroken('StageForbids', { command: command.type, stage });
  const party = partyOf(agreement, command.party);
  requireRecorder(agreement, command, party);
  return party;
}

function withParty(agreement: AgreementState, party: Party): AgreementState {
  const parties = agreement.parties.map((each) => (each.id === party.id ? party : each));
  return { ...agreement, parties };
}
