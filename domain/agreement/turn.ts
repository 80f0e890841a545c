/**
 * Whose turn it is. Every act belongs to a desk: the office for which the user acts or, when a
 * party has no accounts here, that party, with a letter as evidence.
 */
import { desksOf, participantsOf } from './agreement.ts';
import type { AgreementState, Party, Person } from './agreement.ts';
import type { DeskId, EvidenceId, OfficeId } from '../shared/ids.ts';
import type { Day } from '../shared/day.ts';
import { ruleBroken } from './refusals.ts';
import type { CommandMetadata } from '../shared/command-metadata.ts';

/** The part of a command that says for whom it is done. */
export type Acting = CommandMetadata & { onBehalfOf?: DeskId; evidenceId?: EvidenceId };

/** The desk for which a command acts, when that desk has the text; refuses everybody else. */
export function deskOnTurn(agreement: AgreementState, acting: Acting): DeskId {
  const desk = deskActing(agreement, acting);
  if (!agreement.turn.desks.includes(desk)) {
    throw ruleBroken('NotYourTurn', { desk, onTurn: agreement.turn.desks });
  }
  return desk;
}

/** The desk for which a command acts, whether or not it has the text. */
export function deskActing(agreement: AgreementState, acting: Acting): DeskId {
  const { officeId } = acting.recordedBy;
  if (acting.onBehalfOf === undefined) {
    const outside = agreement.parties.some((party) => party.outside && party.id === officeId);
    if (outside || !desksOf(agreement).includes(officeId)) {
      throw ruleBroken('NotAParty', { officeId });
    }
    return officeId;
  }
  requireOutsideParty(agreement, acting, partyOf(agreement, acting.onBehalfOf));
  return acting.onBehalfOf;
}

/**
 * Checks that this office may record an act of this party: its own act, or that of a party
 * outside the system, for which a letter or scan is the evidence ("dicatat oleh").
 */
export function requireRecorder(agreement: AgreementState, acting: Acting, party: Party): void {
  if (party.outside) requireOutsideParty(agreement, acting, party);
  else if (acting.recordedBy.officeId !== party.id) {
    throw ruleBroken('NotAnOutsideParty', { party: party.id });
  }
}

/** Who did it: the user who tells of it, or an office holder on paper, which a letter must show. */
export function actorOf(
  given: CommandMetadata & { actedBy?: Person; evidenceId?: EvidenceId },
): Person {
  const { actedBy, evidenceId, recordedBy } = given;
  if (!actedBy) return { kind: 'user', id: recordedBy.userId };
  if (!evidenceId) throw ruleBroken('EvidenceRequired', { actedBy: actedBy.id });
  return actedBy;
}

/** Checks that the office is an inside party or the proposer, who may end or re-date things. */
export function requireParticipant(agreement: AgreementState, officeId: OfficeId): void {
  if (!participantsOf(agreement).includes(officeId)) throw ruleBroken('NotAParty', { officeId });
}

/** The party with this id. */
export function partyOf(agreement: AgreementState, id: DeskId): Party {
  const party = agreement.parties.find((each) => each.id === id);
  if (!party) throw ruleBroken('PartyUnknown', { party: id });
  return party;
}

/** The text on other desks, since today when that is a change. */
export function withTurn(agreement: AgreementState, to: DeskId[], today: Day): AgreementState {
  // One office may stand in several steps that wait at the same time.
  const desks = [...new Set(to)];
  const unchanged =
    desks.length === agreement.turn.desks.length &&
    desks.every((desk) => agreement.turn.desks.includes(desk));
  return unchanged ? agreement : { ...agreement, turn: { desks, since: today } };
}

function requireOutsideParty(agreement: AgreementState, acting: Acting, party: Party): void {
  if (!party.outside) throw ruleBroken('NotAnOutsideParty', { party: party.id });
  requireParticipant(agreement, acting.recordedBy.officeId);
  if (!acting.evidenceId) throw ruleBroken('EvidenceRequired', { party: party.id });
}
