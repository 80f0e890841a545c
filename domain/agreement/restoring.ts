/**
 * Two stores, one truth: how an agreement goes on when PostgreSQL and the engine are of different
 * age, or one of them has lost it.
 */
import { isEnded } from './agreement.ts';
import type { AgreementState } from './agreement.ts';
import type { DeskId } from '../shared/ids.ts';
import { numbered } from './transition.ts';
import type { Transition } from './transition.ts';
import type { Rules } from '../shared/plan.ts';

/** What the engine holds: whether the workflow runs, and the version it knows to be recorded. */
export type Standing = { running: boolean; recorded: number };

/**
 * How the two stand to each other.
 * - `well`: they agree, or the engine is about to bring PostgreSQL what is missing there.
 * - `missing`: open in PostgreSQL, and no workflow runs.
 * - `behind`: the workflow is older than PostgreSQL.
 * - `over`: the workflow runs, and PostgreSQL knows of the end.
 * - `ahead`: the engine has had recorded what PostgreSQL does not hold any more.
 * - `unknown`: the workflow runs, was recorded, and PostgreSQL has no row.
 */
export type Comparison = 'well' | 'missing' | 'behind' | 'over' | 'ahead' | 'unknown';

/** Compares PostgreSQL's copy with the engine's workflow. */
export function compare(copy: AgreementState | null, workflow: Standing | null): Comparison {
  if (!copy) return workflow?.running && workflow.recorded > 0 ? 'unknown' : 'well';
  if (isEnded(copy)) return workflow?.running && workflow.recorded < copy.version ? 'over' : 'well';
  if (!workflow) return 'missing';
  if (workflow.recorded > copy.version) return 'ahead';
  if (!workflow.running) return 'missing';
  return workflow.recorded < copy.version ? 'behind' : 'well';
}

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
  const policyVersion = Math.min(agreement.policyVersion, rules.policyVersion);
  const calendarVersion = Math.min(agreement.calendarVersion, rules.calendarVersion);
  const change = numbered(agreement, {
    state: { ...agreement, parties, policyVersion, calendarVersion },
    events: [{ kind: 'restored', from, to: agreement.version, numbersLost: [...numbersLost] }],
  });
  // Forms that were opened on the lost versions become stale.
  const revision = agreement.revision + 1;
  return { ...change, state: { ...change.state, revision } };
}
