/** How the runner calls an entity's activities: how long it waits for them, and where they run. */
import {
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  TemporalFailure,
} from '@temporalio/workflow';
import type { ActivityNames, EntityActivities } from './messages.ts';

/**
 * The calls by which an entity is recorded, planned and granted things. `Swiftly` tries locally first:
 * for what comes again by itself when the workflow task is lost.
 */
export function activitiesOf<State, Command, Change>({ record, plan, reserve }: ActivityNames) {
  type Calls = EntityActivities<State, Command, Change>;
  type Named = Record<string, (input: unknown) => Promise<unknown>>;
  const regular = proxyActivities<Named>({
    // Longer than any transaction of an activity may last (activities/attempt.ts); a command whose
    // worker died is taken up by another after it.
    startToCloseTimeout: '10 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
  });
  const local = proxyLocalActivities<Named>({
    // The SDK counts this anew for each attempt, so attempts that fail fast are counted by number:
    // six of them take two and a half seconds.
    scheduleToCloseTimeout: '3 seconds',
    retry: {
      initialInterval: '100 milliseconds',
      maximumInterval: '1 second',
      maximumAttempts: 6,
    },
  });
  const recordPatiently = regular[record] as Calls['record'];
  const planPatiently = regular[plan] as Calls['plan'];
  return {
    record: recordPatiently,
    recordSwiftly: locallyFirst(local[record] as Calls['record'], recordPatiently),
    planSwiftly: locallyFirst(local[plan] as Calls['plan'], planPatiently),
    reserve: regular[reserve] as Calls['reserve'],
  };
}

/** Tries an activity locally for about three seconds, then hands it to the server for good. */
function locallyFirst<Input, Result>(
  locally: (input: Input) => Promise<Result>,
  patiently: (input: Input) => Promise<Result>,
): (input: Input) => Promise<Result> {
  return async (input) => {
    try {
      return await locally(input);
    } catch (error) {
      // A local activity that failed is an ActivityFailure when it happens, and may be its bare
      // cause when it is replayed from its marker.
      if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
      return await patiently(input);
    }
  };
}
