/** Everything workflows may ask of the outside world, bound to the worker's connections. */
import type { Client } from '@temporalio/client';
import { AGREEMENT_ACTIVITIES, lifecycleId } from '../workflows/agreement/messages.ts';
import type { ReplanningActivities } from '../workflows/calendar/messages.ts';
import type { ClockActivities } from '../workflows/clock/messages.ts';
import type { Database } from '../prisma/connect.ts';
import { createReservations } from './agreement/reservations.ts';
import { createRecords } from './agreement/record.ts';
import { createReplanning } from './calendar/replanning.ts';
import { createTrainingClock } from './clock/training-clock.ts';

/** What the activities need. */
export type ActivityDependencies = {
  database: Database;
  temporal: Client;
  /** The release that writes, kept beside every copy. */
  release: string;
  /** The domain of Message-IDs. */
  mailDomain: string;
};

/** What agreements ask for. */
export function createActivities(dependencies: ActivityDependencies) {
  const { record, planMilestones } = createRecords(dependencies);
  const { reserve } = createReservations(dependencies);
  return {
    [AGREEMENT_ACTIVITIES.record]: record,
    [AGREEMENT_ACTIVITIES.plan]: planMilestones,
    [AGREEMENT_ACTIVITIES.reserve]: reserve,
  };
}

/** What may take a day. */
export function createLongActivities(
  dependencies: ActivityDependencies,
): ReplanningActivities & ClockActivities {
  return {
    ...createReplanning({ ...dependencies, workflowIdOf: lifecycleId }),
    ...createTrainingClock(dependencies),
  };
}
