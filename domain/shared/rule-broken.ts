/**
 * How the rules say no. A refusal carries a code and parameters that are ids, codes, days or
 * numbers, never names or free text, because it travels through Temporal; whoever speaks to a
 * person (the API) makes the sentence from them.
 */

/** Every rule a caller can break, by the reason a caller would name. */
export const RULE_CODES = [
  'CommandUnknown', // nobody has asked for it: it did not come by the API
  'AgreementEnded', // nothing can be done to what has ended
  'VersionStale', // somebody changed it since the caller read it
  'StageForbids', // the command belongs to another stage
  'NotYourTurn', // the text lies on another desk
  'NotAParty', // the office takes no part in this agreement
  'PartyUnknown', // no such party here
  'PartyTwice', // one office cannot face itself
  'PartyCountWrong', // an agreement binds two or three
  'SidesMissing', // neither government nor BPJS may be absent
  'ProposerApart', // the proposing office must belong to a party
  'SideWrong', // a party stands on the side of its own institution
  'RegionApart', // the region is that of the government that is a party
  'TermReversed', // the end lies before the start
  'TermOutsideParent', // PKS beyond its MoU, without a recorded exception
  'ChildrenReachBeyond', // MoU shortened below a running PKS
  'ParentUnsuitable', // only an MoU that has not ended can stand above
  'EndAlreadyPast', // an end before today would be a termination
  'StartNotReached', // what is in force cannot begin in the future
  'FormUnsuitable', // document form of the other kind
  'LegalBasisUnknown', // not in the table, or not yet in force
  'DeskUnknown', // the turn cannot go to somebody who has no part in this
  'TurnUnchanged', // the text lies there already
  'StepUnknown', // no such approval step
  'StepsTangled', // approval steps that wait for each other, or for a step that is not there
  'StepNotReady', // earlier approvals are missing
  'StepAlreadyApproved', // for this version of the text
  'MakerIsChecker', // who handed in the text cannot approve it
  'EvidenceRequired', // an act of somebody without an account needs a letter
  'NotAnOutsideParty', // only acts of parties without accounts are recorded by others
  'NumberAlreadyRecorded', // one number per party
  'NumberTaken', // unique by office, kind and year
  'PartyAlreadySigned',
  'SignedInFuture',
  'SignedAfterEnd', // a signature under a term that is over
  'SignatoryUnknown', // no such office holder
  'HolderWithoutAuthority', // not of this office nor above it, or not in office on this day
  'SignatoryWithoutAuthority', // not this person, for this office, on this day
  'ReasonUnlawful', // PP 28/2018 lists the reasons
  'SuccessorUnsuitable', // only what is superseded names another agreement in its place
  'LastDayOutside', // a termination takes effect within the term, not later than today
  'RenewalRunning', // one running renewal per agreement
  'NotRenewable', // only what is or was in force can be renewed
] as const;

/** The code of a broken rule; API statuses and sentences are chosen per code. */
export type RuleCode = (typeof RULE_CODES)[number];

/** Ids, codes, days and numbers that make the sentence exact. */
export type RuleParams = Record<string, string | number | readonly string[]>;

/** A refusal as data, for answers that are results and not errors. */
export type Refusal = { code: RuleCode; params: RuleParams };

/** A caller asked for what the rules do not allow. */
export class RuleBroken extends Error {
  override readonly name = 'RuleBroken';
  readonly code: RuleCode;
  readonly params: RuleParams;

  constructor(code: RuleCode, params: RuleParams = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }
}

/** The refusal that a rule speaks, or null when it allows what was asked. */
export function refusalBy(rule: () => unknown): Refusal | null {
  try {
    rule();
    return null;
  } catch (error) {
    if (error instanceof RuleBroken) return { code: error.code, params: error.params };
    throw error;
  }
}

/** Whether a text (a failure's type, say) is the code of one of our rules. */
export function isRuleCode(text: unknown): text is RuleCode {
  return RULE_CODES.includes(text as RuleCode);
}
