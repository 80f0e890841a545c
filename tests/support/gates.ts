/** Activities that stop where a test wants them to, and counts of how many run at once. */
import type { WorkerOptions } from '@temporalio/worker';

type ActivityInterceptors = NonNullable<NonNullable<WorkerOptions['interceptors']>['activity']>;

export type Gate = {
  interceptors: ActivityInterceptors;
  /** Resolves when an activity has committed and stands at the gate. */
  reached: Promise<void>;
  open: () => void;
};

/** Holds the first activity of this type after it has committed, until the gate is opened. */
export function gateAfter(activityType: string): Gate {
  let open = () => {};
  let arrive = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const interceptors: ActivityInterceptors = [
    (context) => ({
      inbound: {
        async execute(input, next) {
          const result: unknown = await next(input);
          if (context.info.activityType === activityType) {
            arrive();
            await opened;
          }
          return result;
        },
      },
    }),
  ];
  return { interceptors, reached, open };
}

/** Counts how many activities of this type run at the same time at most. */
export function counterOf(activityType: string) {
  const count = { now: 0, most: 0, all: 0 };
  const interceptors: ActivityInterceptors = [
    (context) => ({
      inbound: {
        async execute(input, next) {
          if (context.info.activityType !== activityType) return next(input);
          count.all += 1;
          count.now += 1;
          count.most = Math.max(count.most, count.now);
          try {
            return await next(input);
          } finally {
            count.now -= 1;
          }
        },
      },
    }),
  ];
  return { count, interceptors };
}

/** An attempt of an activity that did not succeed. */
export type Failure = { activity: string; local: boolean; workflowId: string };

/** Notes each attempt that fails. */
export function failuresOfActivities() {
  const failures: Failure[] = [];
  const interceptors: ActivityInterceptors = [
    ({ info }) => ({
      inbound: {
        async execute(input, next) {
          try {
            return await next(input);
          } catch (error) {
            const { activityType: activity, isLocal: local, workflowExecution } = info;
            failures.push({ activity, local, workflowId: workflowExecution?.workflowId ?? '' });
            throw error;
          }
        },
      },
    }),
  ];
  return { failures, interceptors };
}
