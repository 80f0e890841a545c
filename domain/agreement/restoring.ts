/** What an older PostgreSQL takes back of an agreement that the engine knows better. */
import type { AgreementState } from './agreement.ts';
import type { DeskId } from '../shared/ids.ts';
import { numbered } from './transition.ts';
import type { Transition } from './transition.ts';
import type { Rules } from '../shared/plan.ts';

/** What an older PostgreSQL holds of what an agreement rests on. */
export type Kept = {
  /** The version of its copy. */
  from: number;
  /** Parties whose number's text is gone. */
  numbersLost: readonly DeskId[];
  /** The newest rules that it knows. */
  rules: Rules;
};

/**
 * The state that an older PostgreSQL takes back from the engine. The timeline says which versions
 * it does not tell of. A number whose text is lost has to be entered again from the parties' papers;
 * whether another agreement has taken it meanwhile shows then.
 */
export function restored(
  agreement: AgreementState,
  { from, numbersLost, rules }: Kept,
): Transition {
  const parties = agreement.parties.map((party) =>
    numbersLost.includes(party.id) ? { ...party, number: null } : party,
  );
  const rulesVersion = Math.min(agreement.rulesVersion, rules.rulesVersion);
  const change = numbered(agreement, {
    state: { ...agreement, parties, rulesVersion },
    events: [{ kind: 'restored', from, to: agreement.version, numbersLost: [...numbersLost] }],
  });
  // Forms that were opened on the lost versions become stale.
  const revision = agreement.revision + 1;
  return { ...change, state: { ...change.state, revision } };
}
