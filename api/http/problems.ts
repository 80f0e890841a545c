/**
 * How the API says no: RFC 9457, a stable code, a sentence that says how to mend it, the field it
 * is about, and what would be possible instead.
 */
import { isRuleCode, REFUSALS } from '../../domain/refusals.ts';
import type { RuleCode } from '../../domain/refusals.ts';
import { RuleBroken } from '../../domain/shared/refusal.ts';
import type { Refusal, RefusalKind, RuleParams } from '../../domain/shared/refusal.ts';
import { translator } from '../../texts/translator.ts';

/** Status and, where there is one, the field of the request that a code is about. */
type Row = { status: number; field?: string };

/** What a kind of refusal is in HTTP. */
const KINDS = {
  conflict: { status: 409 },
  stale: { status: 412, field: 'If-Match' },
  invalid: { status: 422 },
} as const satisfies Record<RefusalKind, Row>;

/** What can be wrong with a request besides the rules of agreements. */
const REQUEST_PROBLEMS = {
  NotSignedIn: { status: 401 },
  SignInWrong: { status: 401 },
  OneTimePasswordSpent: { status: 401 },
  AccountClosed: { status: 401 },
  TooManyAttempts: { status: 429 },
  TooManyRequests: { status: 429 },
  CurrentPasswordWrong: { status: 422, field: 'currentPassword' },
  PasswordUnchanged: { status: 422, field: 'newPassword' },
  PasswordTooShort: { status: 422, field: 'newPassword' },
  PasswordTooLong: { status: 422, field: 'newPassword' },
  PasswordCommon: { status: 422, field: 'newPassword' },
  PasswordChangeRequired: { status: 403 },
  NotPermitted: { status: 403 },
  CrossSite: { status: 403 },
  NotFound: { status: 404 },
  MethodNotAllowed: { status: 405 },
  RequestTooSlow: { status: 408 },
  BodyTooLarge: { status: 413 },
  HeadersTooLarge: { status: 431 },
  MalformedRequest: { status: 400 },
  NotJson: { status: 415 },
  MalformedJson: { status: 400 },
  InvalidRequest: { status: 422 },
  OfficeUnclear: { status: 422, field: 'office' },
  OfficeNotYours: { status: 403, field: 'office' },
  IdempotencyKeyMissing: { status: 400, field: 'Idempotency-Key' },
  IdempotencyKeyReused: { status: 422, field: 'Idempotency-Key' },
  IfMatchMalformed: { status: 400, field: 'If-Match' },
  CursorMalformed: { status: 422, field: 'cursor' },
  RegionUnknown: { status: 422, field: 'region' },
  OfficeUnknown: { status: 422, field: 'office' },
  LastAdministrator: { status: 409 },
  OfficeElsewhere: { status: 422, field: 'office' },
  UserUnknown: { status: 422, field: 'userId' },
  HolderAlready: { status: 409, field: 'alongside' },
  HolderUnknown: { status: 422, field: 'actedBy' },
  AgreementUnknown: { status: 422, field: 'parent' },
  AgreementTwice: { status: 409, field: 'alongside' },
  NameTaken: { status: 409, field: 'name' },
  OfficeMisplaced: { status: 422, field: 'kind' },
  EmailTaken: { status: 409, field: 'email' },
  TenureReversed: { status: 422, field: 'until' },
  MailNotFailed: { status: 409 },
  ClockIsReal: { status: 409 },
  ClockRunsForwardOnly: { status: 422, field: 'to' },
  ClockBusy: { status: 409 },
  Unavailable: { status: 503 },
  Failed: { status: 500 },
} as const satisfies Record<string, Row>;
export type RequestCode = keyof typeof REQUEST_PROBLEMS;
export type ProblemCode = RuleCode | RequestCode;

/** Every code with which the API says no. */
export const PROBLEM_CODES = [...Object.keys(REFUSALS), ...Object.keys(REQUEST_PROBLEMS)];

export type FieldError = { field: string; message: string };

/** Something that is there already, and where to read it. */
export type Existing = { id: string; title: string; href: string };

type More = { errors?: FieldError[]; possible?: string[]; field?: string; existing?: Existing };

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
  /** What is there already and stands against it. */
  readonly existing: Existing | undefined;

  constructor(code: ProblemCode, params: RuleParams = {}, more: More = {}) {
    super(code);
    this.code = code;
    this.params = params;
    this.errors = more.errors;
    this.possible = more.possible;
    this.field = more.field;
    this.existing = more.existing;
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
  existing?: Existing;
};

const speak = translator('problems');

/** The problem as the caller reads it. Parameters must already be names, not ids. */
export function problemOf(
  { code, params, errors, possible, field, existing }: Refused,
  requestId: string,
): ProblemBody {
  const detail = speak(`${code}.detail`, readable(params));
  const row = rowOf(code);
  const about = field ?? row.field;
  const listed = errors ?? (about ? [{ field: about, message: detail }] : undefined);
  return {
    type: `/problems/${kebab(code)}`,
    title: speak(`${code}.title`),
    status: row.status,
    code,
    detail,
    requestId,
    ...(listed && { errors: listed }),
    ...(possible && possible.length > 0 && { possible }),
    ...(existing && { existing }),
  };
}

/** The field that a refusal is about; undefined where it is about none. */
export function fieldOf({ code, field }: Refused): string | undefined {
  return field ?? rowOf(code).field;
}

/** A broken rule as a refusal to the caller; anything else as it is. */
export function asRefused(error: unknown): unknown {
  // A code that stands in no table is a defect and stays one.
  return error instanceof RuleBroken && isRuleCode(error.code)
    ? new Refused(error.code, error.params)
    : error;
}

/** A refusal that a workflow gave and PostgreSQL keeps. */
export function refusedBy({ code, params }: Refusal): Refused {
  if (!isRuleCode(code)) throw new Error(`no rule refuses with ${code}`);
  return new Refused(code, params);
}

function rowOf(code: ProblemCode): Row {
  return isRuleCode(code)
    ? { ...KINDS[REFUSALS[code].kind], ...REFUSALS[code] }
    : REQUEST_PROBLEMS[code];
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
