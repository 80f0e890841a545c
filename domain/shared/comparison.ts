/**
 * Two stores, one truth: how an entity goes on when PostgreSQL and the engine are of different age,
 * or one of them has lost it.
 */

/** What PostgreSQL holds of an entity. */
export type CopyStanding = { version: number; isEnded: boolean };

/** What the engine holds: whether the workflow runs, and the version it knows to be recorded. */
export type WorkflowStanding = { running: boolean; recorded: number };

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
export function compare(copy: CopyStanding | null, workflow: WorkflowStanding | null): Comparison {
  if (!copy) return workflow?.running && workflow.recorded > 0 ? 'unknown' : 'well';
  if (copy.isEnded) return workflow?.running && workflow.recorded < copy.version ? 'over' : 'well';
  if (!workflow) return 'missing';
  if (workflow.recorded > copy.version) return 'ahead';
  if (!workflow.running) return 'missing';
  return workflow.recorded < copy.version ? 'behind' : 'well';
}
