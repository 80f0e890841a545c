/** Every rule that a caller can break: the tables of all contexts. */
import { AGREEMENT_REFUSALS } from './agreement/refusals.ts';
import { SHARED_REFUSALS } from './shared/refusal.ts';

export const REFUSALS = { ...SHARED_REFUSALS, ...AGREEMENT_REFUSALS };

/** The code of a rule. */
export type RuleCode = keyof typeof REFUSALS;

/** Whether a text (a failure's type, say) is the code of a rule. */
export function isRuleCode(text: unknown): text is RuleCode {
  return typeof text === 'string' && Object.hasOwn(REFUSALS, text);
}
