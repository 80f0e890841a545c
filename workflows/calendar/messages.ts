/** Carrying newer rules to what is open: by what names, and by which activity. */
import { defineSignal } from '@temporalio/workflow';

/** The name under which open entities are told of newer rules. */
export const REPLAN = 'replan';

/** One replanning at a time for the entities of a queue. */
export function replanId(entitiesQueue: string): string {
  return `replan/${entitiesQueue}`;
}

/** Newer rules were published; the replanning that runs goes round once more. */
export const rulesPublished = defineSignal('rulesPublished');

/** What the workflow asks of the world. */
export type ReplanningActivities = {
  /** Tells each open entity that is planned by older rules than the newest. */
  tellOfNewRules: () => Promise<void>;
};
