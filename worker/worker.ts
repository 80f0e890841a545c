/**
 * The workers of this process: the one that carries entities, and the one for what may take a
 * day. Workflow bundle, activities, and how fast they take over.
 */
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { createActivities, createLongActivities } from '../activities/index.ts';
import type { ActivityDependencies } from '../activities/index.ts';
import type { EntityKind } from '../activities/entity.ts';
import type { Database } from '../prisma/connect.ts';
import { ENTITIES_QUEUE, longWorkQueue } from '../workflows/messages.ts';
import { ENTITIES } from './entities.ts';
import { reduceErrors } from './error-reduction.ts';

export type WorkerParts = {
  connection: NativeConnection;
  namespace: string;
  bundlePath: string;
  database: Database;
  release: string;
  mailDomain: string;
  /** The kinds of entity that it carries: all of them, but for tests with one of their own. */
  kinds?: readonly EntityKind[];
  taskQueue?: string;
  /** More interceptors of activities: the process counts, and tests die at exact moments. */
  activityInterceptors?: NonNullable<WorkerOptions['interceptors']>['activity'];
};

/**
 * How much day-long work one process does at a time. Each may hold a connection to PostgreSQL, of
 * which the process has ten.
 */
const LONG_WORK_AT_ONCE = 3;

/** Makes the worker that carries entities. It has not begun to poll. */
export function createWorker(parts: WorkerParts): Promise<Worker> {
  return Worker.create({
    ...commonOptions(parts),
    taskQueue: parts.taskQueue ?? ENTITIES_QUEUE,
    activities: createActivities(dependenciesOf(parts)),
    shutdownGraceTime: '10 seconds',
    maxCachedWorkflows: 500,
  });
}

/** Makes the worker for what may take a day. It has not begun to poll. */
export function createLongWorker(parts: WorkerParts): Promise<Worker> {
  return Worker.create({
    ...commonOptions(parts),
    taskQueue: longWorkQueue(parts.taskQueue ?? ENTITIES_QUEUE),
    activities: createLongActivities(dependenciesOf(parts)),
    maxConcurrentActivityTaskExecutions: LONG_WORK_AT_ONCE,
    // Long work goes on from where it stands, here or elsewhere, so nobody waits for its end.
    shutdownGraceTime: '1 second',
    maxCachedWorkflows: 10,
    workflowThreadPoolSize: 1,
  });
}

function commonOptions({ connection, namespace, bundlePath, ...parts }: WorkerParts) {
  return {
    connection,
    namespace,
    workflowBundle: { codePath: bundlePath },
    interceptors: { activity: [reduceErrors, ...(parts.activityInterceptors ?? [])] },
    // Entities sleep for months; a worker that died must not hold them back for the default 10 s.
    stickyQueueScheduleToStartTimeout: '3 seconds',
  } satisfies Partial<WorkerOptions>;
}

function dependenciesOf(parts: WorkerParts): ActivityDependencies {
  const { connection, namespace, database, release, mailDomain, kinds = ENTITIES } = parts;
  return { database, temporal: new Client({ connection, namespace }), release, mailDomain, kinds };
}
