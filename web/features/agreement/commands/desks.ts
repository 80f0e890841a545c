/** The desks among which a text can travel. */
import type { Agreement, Desk } from '../reading.ts';

/** Parties, the proposer and approving offices, each once. */
export function desksOf({ parties, proposer, approvals }: Agreement): Desk[] {
  const all = [...parties, proposer, ...approvals.flatMap(({ offices }) => offices)];
  const seen = new Set<string>();
  return all
    .filter(({ id }) => !seen.has(id) && seen.add(id))
    .map(({ id, name, outside }) => ({ id, name, outside }));
}
