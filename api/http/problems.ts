/**
 * How the API says no: RFC 9457, a stable code, a sentence that says how to mend it, the field it
 * is about, and what would be possible instead.
 */
import { RuleBroken } from '../../domain/shared/rule-broken.ts';
import type { RuleCode, RuleParams } from '../../domain/shared/rule-broken.ts';
import { translator } from '../../texts/translator.ts';

// A new rule does not compile until its status is chosen here. 409: the moment is wrong;
// 412: somebody was faster; 422: the request itself is wrong.
const RULE_STATUS: Record<RuleCode, number> = {
  CommandUnknown: 409,
  AgreementEnded: 409,
  VersionStale: 412,
  StageForbids: 409,
  NotYourTurn: 409,
  NotAParty: 422,
  PartyUnknown: 422,
  PartyTwice: 422,
  PartyCountWrong: 422,
  SidesMissing: 422,
  ProposerApart: 422,
  SideWrong: 422,
  RegionApart: 422,
  TermReversed: 422,
  TermOutsideParent: 422,
  ChildrenReachBeyond: 422,
  ParentUnsuitable: 422,
  EndAlreadyPast: 422,
  StartNotReached: 422,
  FormUnsuitable: 422,
  LegalBasisUnknown: 422,
  DeskUnknown: 422,
  TurnUnchanged: 409,
  StepUnknown: 422,
  StepsTangled: 422,
  StepNotReady: 409,
  StepAlreadyApproved: 409,
  MakerIsChecker: 409,
  EvidenceRequired: 422,
  NotAnOutsideParty: 422,
  NumberAlreadyRecorded: 409,
  NumberTaken: 409,
  PartyAlreadySigned: 409,
  SignedInFuture: 422,
  SignedAfterEnd: 422,
  SignatoryUnknown: 422,
  HolderWithoutAuthority: 422,
  SignatoryWithoutAuthority: 422,
  ReasonUnlawful: 422,
  SuccessorUnsuitable: 422,
  LastDayOutside: 422,
  RenewalRunning: 409,
  NotRenewable: 409,
};

/** What can be wrong with a request besides the rules of agreements. */
const REQUEST_STATUS = {
  NotSignedIn: 401,
  SignInWrong: 401,
  TooManyAttempts: 429,
  CurrentPasswordWrong: 422,
  PasswordUnchanged: 422,
  PasswordTooShort: 422,
  PasswordTooLong: 422,
  PasswordChangeRequired: 403,
  NotPermitted: 403,
  CrossSite: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  BodyTooLarge: 413,
  NotJson: 415,
  MalformedJson: 400,
  InvalidRequest: 422,
  OfficeUnclear: 422,
  OfficeNotYours: 403,
  IdempotencyKeyMissing: 400,
  IdempotencyKeyReused: 422,
  IfMatchMalformed: 400,
  CursorMalformed: 422,
  RegionUnknown: 422,
  OfficeUnknown: 422,
  UserUnknown: 422,
  HolderUnknown: 422,
  AgreementUnknown: 422,
  NameTaken: 409,
  OfficeMisplaced: 422,
  EmailTaken: 409,
  TenureReversed: 422,
  MailNotFailed: 409,
  ClockIsReal: 409,
  ClockRunsForwardOnly: 422,
  ClockBusy: 409,
  Unavailable: 503,
  Failed: 500,
} as const;
export type RequestCode = keyof typeof REQUEST_STATUS;
export type ProblemCode = RuleCode | RequestCode;

/** The field of the request that a rule is about, where there is one. */
const FIELD: Partial<Record<ProblemCode, string>> = {
  VersionStale: 'If-Match',
  PartyTwice: 'parties',
  PartyCountWrong: 'parties',
  SidesMissing: 'parties',
  ProposerApart: 'proposingParty',
  SideWrong: 'parties',
  RegionApart: 'region',
  TermReversed: 'term.end',
  TermOutsideParent: 'term',
  ChildrenReachBeyond: 'term',
  ParentUnsuitable: 'parent',
  EndAlreadyPast: 'term.end',
  StartNotReached: 'term.start',
  FormUnsuitable: 'form',
  LegalBasisUnknown: 'legalBasis',
  DeskUnknown: 'to',
  TurnUnchanged: 'to',
  StepUnknown: 'step',
  StepsTangled: 'approvals',
  StepNotReady: 'step',
  StepAlreadyApproved: 'step',
  MakerIsChecker: 'actedBy',
  EvidenceRequired: 'evidence',
  NotAnOutsideParty: 'onBehalfOf',
  NotAParty: 'office',
  NumberTaken: 'number',
  NumberAlreadyRecorded: 'party',
  PartyUnknown: 'party',
  PartyAlreadySigned: 'party',
  SignedInFuture: 'signedOn',
  SignedAfterEnd: 'signedOn',
  SignatoryUnknown: 'actedBy',
  HolderWithoutAuthority: 'actedBy',
  SignatoryWithoutAuthority: 'actedBy',
  ReasonUnlawful: 'reason',
  SuccessorUnsuitable: 'supersededBy',
  LastDayOutside: 'lastDay',
  CurrentPasswordWrong: 'currentPassword',
  PasswordUnchanged: 'newPassword',
  PasswordTooShort: 'newPassword',
  PasswordTooLong: 'newPassword',
  OfficeUnclear: 'office',
  OfficeNotYours: 'office',
  OfficeUnknown: 'office',
  RegionUnknown: 'region',
  UserUnknown: 'userId',
  HolderUnknown: 'actedBy',
  AgreementUnknown: 'parent',
  NameTaken: 'name',
  OfficeMisplaced: 'kind',
  EmailTaken: 'email',
  TenureReversed: 'until',
  ClockRunsForwardOnly: 'to',
  IdempotencyKeyMissing: 'Idempotency-Key',
  IdempotencyKeyReused: 'Idempotency-Key',
  IfMatchMalformed: 'If-Match',
  CursorMalformed: 'cursor',
};

export type FieldError = { field: string; message: string };

/** A refusal on its way to the caller. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: ProblemCode;
  readonly params: RuleParams;
  /** Fields that are wrong, with what would be right. */
  readonly errors: FieldError[] | undefined;
  /** Commands that would be possible instead. */
  readonly possible: string[] | undefined;
  /** Overrides the field that the code is usually about. */
  readonly field: string | undefined;

  constructor(
    code: ProblemCode,
    params: RuleParams = {},
    more: { errors?: FieldError[]; possible?: string[]; field?: string } = {},
  ) {
    super(code);
    this.code = code;
    this.params = params;
    this.errors = more.errors;
    this.possible = more.possible;
    this.field = more.field;
  }
}

export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  requestId: string;
  errors?: FieldError[];
  possible?: string[];
};

const speak = translator('problems');

/** The HTTP status of a code. */
export function statusOf(code: ProblemCode): number {
  return code in RULE_STATUS ? RULE_STATUS[code as RuleCode] : REQUEST_STATUS[code as RequestCode];
}

/** The problem as the caller reads it. Parameters must already be names, not ids. */
export function problemOf(
  { code, params, errors, possible, field }: Refused,
  requestId: string,
): ProblemBody {
  const detail = speak(`${code}.detail`, readable(params));
  const about = field ?? FIELD[code];
  const listed = errors ?? (about ? [{ field: about, message: detail }] : undefined);
  return {
    type: `/problems/${kebab(code)}`,
    title: speak(`${code}.title`),
    status: statusOf(code),
    code,
    detail,
    requestId,
    ...(listed && { errors: listed }),
    ...(possible && possible.length > 0 && { possible }),
  };
}

/** The field that a refusal is about; undefined where it is about none. */
export function fieldOf({ code, field }: Refused): string | undefined {
  return field ?? FIELD[code];
}

/** A broken rule as a refusal to the caller; anything else as it is. */
export function asRefused(error: unknown): unknown {
  return error instanceof RuleBroken ? new Refused(error.code, error.params) : error;
}

function readable(params: RuleParams): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'object' ? value.join(', ') : value,
    ]),
  );
}

function kebab(code: string): string {
  return code.replace(/(?!^)([A-Z])/g, '-$1').toLowerCase();
}
