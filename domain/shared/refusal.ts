/**
 * How the rules say no. A refusal carries a code and parameters. Parameters are ids, codes, days or
 * numbers, never names or free text, because they travel through Temporal; the API makes the sentence
 * that a person reads.
 */

/**
 * What a caller can do about a refusal.
 * - `conflict`: the moment is wrong; the same request may be right at another.
 * - `stale`: somebody was faster; the caller reads again and decides anew.
 * - `invalid`: the request itself is wrong.
 */
export type RefusalKind = 'conflict' | 'stale' | 'invalid';

/** A table of codes. `field` is the part of the request that the rule is about, where there is one. */
export type Refusals = Record<string, { kind: RefusalKind; field?: string }>;

/** The refusals that rules of every context give; each context has a table of its own besides. */
export const SHARED_REFUSALS = {
  CommandUnknown: { kind: 'conflict' }, // nobody asked for the command through the API
  VersionStale: { kind: 'stale' }, // somebody changed it since the caller read it
} as const satisfies Refusals;

export type SharedRefusal = keyof typeof SHARED_REFUSALS;

/** Ids, codes, days and numbers that make the sentence exact. */
export type RuleParams = Record<string, string | number | readonly string[]>;

/** A refusal as data, for answers that are results and not errors. */
export type Refusal = { code: string; params: RuleParams };

/** A caller asked for what the rules do not allow. */
export class RuleBroken extends Error {
  override readonly name = 'RuleBroken';
  readonly code: string;
  readonly params: RuleParams;

  constructor(code: string, params: RuleParams = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }
}

/** The refusal that a rule gives, or null when it allows what was asked. */
export function refusalBy(rule: () => unknown): Refusal | null {
  try {
    rule();
    return null;
  } catch (error) {
    if (error instanceof RuleBroken) return { code: error.code, params: error.params };
    throw error;
  }
}
