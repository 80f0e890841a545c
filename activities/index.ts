/** Everything workflows may ask of the outside world, bound to the worker's connections. */
import type { Client } from '@temporalio/client';
import { AGREEMENT_ACTIVITIES } from '../workflows/messages.ts';
import type { Database } from '../prisma/connect.ts';
import { createReservations } from './reservations.ts';
import { createRecords } from './records.ts';
import { createReplanning } from './replanning.ts';
import { createTrainingClock } from './training-clock.ts';

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
export function createLongActivities(dependencies: ActivityDependencies) {
  return { ...createReplanning(dependencies), ...createTrainingClock(dependencies) };
}

export type Activities = ReturnType<typeof createActivities> &
  ReturnType<typeof createLongActivities>;
