/** Every rule of agreements that a caller can break, each with the reason beside it. */
import { RuleBroken } from '../shared/refusal.ts';
import type { Refusal, Refusals, RuleParams, SharedRefusal } from '../shared/refusal.ts';

export const AGREEMENT_REFUSALS = {
  AgreementEnded: { kind: 'conflict' }, // nothing can be done to what has ended
  StageForbids: { kind: 'conflict' }, // the command belongs to another stage
  NotYourTurn: { kind: 'conflict' }, // the text lies on another desk
  NotAParty: { kind: 'invalid', field: 'office' }, // the office takes no part in this agreement
  PartyUnknown: { kind: 'invalid', field: 'party' }, // the agreement has no such party
  PartyTwice: { kind: 'invalid', field: 'parties' }, // one office cannot face itself
  PartyCountWrong: { kind: 'invalid', field: 'parties' }, // an agreement binds two or three
  SidesMissing: { kind: 'invalid', field: 'parties' }, // neither government nor BPJS may be absent
  ProposerApart: { kind: 'invalid', field: 'proposingParty' }, // the proposing office belongs to a party
  SideWrong: { kind: 'invalid', field: 'parties' }, // a party stands on its own institution's side
  RegionApart: { kind: 'invalid', field: 'region' }, // no government of the region is a party
  TermReversed: { kind: 'invalid', field: 'term.end' }, // the end lies before the start
  TermOutsideParent: { kind: 'invalid', field: 'term' }, // PKS beyond its MoU, without a recorded exception
  ChildrenReachBeyond: { kind: 'invalid', field: 'term' }, // MoU shortened below a running PKS
  ParentUnsuitable: { kind: 'invalid', field: 'parent' }, // only an MoU that has not ended can stand above
  EndAlreadyPast: { kind: 'invalid', field: 'term.end' }, // an end before today would be a termination
  StartNotReached: { kind: 'invalid', field: 'term.start' }, // what is in force cannot begin in the future
  FormUnsuitable: { kind: 'invalid', field: 'form' }, // the document form is one of the other kind
  LegalBasisUnknown: { kind: 'invalid', field: 'legalBasis' }, // not in the table, or not in force
  DeskUnknown: { kind: 'invalid', field: 'to' }, // the text cannot go to somebody who has no part in it
  TurnUnchanged: { kind: 'conflict', field: 'to' }, // the text lies there already
  StepUnknown: { kind: 'invalid', field: 'step' }, // the approval route has no such step
  StepsTangled: { kind: 'invalid', field: 'approvals' }, // steps wait for each other, or for a missing one
  StepNotReady: { kind: 'conflict', field: 'step' }, // earlier approvals are missing
  StepAlreadyApproved: { kind: 'conflict', field: 'step' }, // approved for this version of the text
  MakerIsChecker: { kind: 'conflict', field: 'actedBy' }, // who wrote the text cannot approve it
  SecondAccountNeeded: { kind: 'conflict', field: 'party' }, // one account does not record all signatures
  HolderEnteredByYou: { kind: 'conflict', field: 'actedBy' }, // who entered a holder does not act by their name
  PartyInSystem: { kind: 'invalid', field: 'parties' }, // an institution with accounts speaks for itself
  EvidenceRequired: { kind: 'invalid', field: 'evidence' }, // an act without an account needs a letter
  NotAnOutsideParty: { kind: 'invalid', field: 'onBehalfOf' }, // others record outside parties' acts only
  NumberAlreadyRecorded: { kind: 'conflict', field: 'party' }, // one number per party
  NumberTaken: { kind: 'conflict', field: 'number' }, // a number is unique by office, kind and year
  PaperOlderThanText: { kind: 'invalid', field: 'oldPaper' }, // old paper is said to be old
  TermUnusual: { kind: 'invalid', field: 'asMeant' }, // far away or very long: asked about
  NothingToCorrect: { kind: 'conflict', field: 'party' }, // the party has no number or signature yet
  RecordedByOther: { kind: 'conflict', field: 'office' }, // who recorded it corrects it
  ChangePending: { kind: 'conflict' }, // what a party has asked for waits for the others' consent
  ChangeNotPending: { kind: 'conflict', field: 'change' }, // it is settled, or nobody asked for it
  ConsentNotAwaited: { kind: 'conflict', field: 'office' }, // the office's party has agreed or is not asked
  EndingAgreed: { kind: 'conflict' }, // an agreement that is to end gets no other dates
  NoEndingAhead: { kind: 'conflict' }, // there is no agreed end to give up
  PartyAlreadySigned: { kind: 'conflict', field: 'party' }, // one signature per party
  SignedInFuture: { kind: 'invalid', field: 'signedOn' }, // paper is dated today at the latest
  SignedAfterEnd: { kind: 'invalid', field: 'signedOn' }, // a signature under a term that is over
  SignatoryUnknown: { kind: 'invalid', field: 'actedBy' }, // there is no such office holder
  HolderWithoutAuthority: { kind: 'invalid', field: 'actedBy' }, // not in that office or above it, that day
  SignatoryWithoutAuthority: { kind: 'invalid', field: 'actedBy' }, // may not sign this kind, on that day
  ReasonUnlawful: { kind: 'invalid', field: 'reason' }, // PP 28/2018 lists the reasons
  SuccessorUnsuitable: { kind: 'invalid', field: 'supersededBy' }, // only `superseded` names a successor
  LastDayOutside: { kind: 'invalid', field: 'lastDay' }, // within the term, today at the latest
  RenewalRunning: { kind: 'conflict' }, // one running renewal per agreement
  NotRenewable: { kind: 'conflict' }, // only what is or was in force can be renewed
} as const satisfies Refusals;

/** The codes that rules of agreements may give. */
type AgreementRefusal = keyof typeof AGREEMENT_REFUSALS | SharedRefusal;

/** A refusal as an answer. */
export function refuse(code: AgreementRefusal, params: RuleParams = {}): Refusal {
  return { code, params };
}

/** A refusal to throw. */
export function ruleBroken(code: AgreementRefusal, params: RuleParams = {}): RuleBroken {
  return new RuleBroken(code, params);
}
