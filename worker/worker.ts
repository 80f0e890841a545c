/** The worker that carries agreements: workflow bundle, activities, and how fast it takes over. */
import { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import type { Database } from '../prisma/connect.ts';
import { AGREEMENTS_QUEUE } from '../workflows/messages.ts';
import { reduceErrors } from './error-reduction.ts';

export type WorkerParts = {
  connection: NativeConnection;
  namespace: string;
  bundlePath: string;
  database: Database;
  release: string;
  mailDomain: string;
  taskQueue?: string;
  /** More interceptors of activities: the process counts, and tests die at exact moments. */
  activityInterceptors?: NonNullable<WorkerOptions['interceptors']>['activity'];
};

/** Makes a worker that has not begun to poll. */
export async function createWorker(parts: WorkerParts): Promise<Worker> {
  const { connection, namespace, database, release, mailDomain } = parts;
  const temporal = new Client({ connection, namespace });
  return Worker.create({
    connection,
    namespace,
    taskQueue: parts.taskQueue ?? AGREEMENTS_QUEUE,
    workflowBundle: { codePath: parts.bundlePath },
    activities: createActivities({ database, temporal, release, mailDomain }),
    interceptors: { activity: [reduceErrors, ...(parts.activityInterceptors ?? [])] },
    // Agreements sleep for months; a worker that died must not hold them back for the default 10 s.
    stickyQueueScheduleToStartTimeout: '3 seconds',
    shutdownGraceTime: '10 seconds',
    maxCachedWorkflows: 500,
  });
}
