/** Everything workflows may ask of the outside world, bound to the worker's connections. */
import type { Client } from '@temporalio/client';
import type { Database } from '../prisma/connect.ts';
import type { ReplanningActivities } from '../workflows/calendar/messages.ts';
import type { ClockActivities } from '../workflows/clock/messages.ts';
import { createReplanning } from './calendar/replanning.ts';
import { createTrainingClock } from './clock/training-clock.ts';
import type { EntityKind, RecordingParts } from './entity.ts';
import { recordingOf } from './recording.ts';

/** What the activities need. */
export type ActivityDependencies = RecordingParts & {
  database: Database;
  temporal: Client;
  kinds: readonly EntityKind[];
};

/** What entities ask for, by the names that each kind gives its activities. */
export function createActivities({ kinds, ...parts }: ActivityDependencies) {
  return Object.assign({}, ...kinds.map((kind) => named(kind, parts))) as Named;
}

type Named = Record<string, (input: never) => Promise<unknown>>;

function named(kind: EntityKind, parts: RecordingParts & { database: Database }): Named {
  const { record, plan, reserve } = recordingOf(kind, parts);
  const { activities } = kind;
  return { [activities.record]: record, [activities.plan]: plan, [activities.reserve]: reserve };
}

/** What may take a day. */
export function createLongActivities(
  dependencies: ActivityDependencies,
): ReplanningActivities & ClockActivities {
  return { ...createReplanning(dependencies), ...createTrainingClock(dependencies) };
}
