/**
 * A worker in a process of its own that kills itself right after a chosen activity has committed,
 * before anybody hears of it. Composed as the product's worker is.
 */
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Info } from '@temporalio/activity';
import { connect } from '../../prisma/connect.ts';
import { ENTITIES } from '../../worker/entities.ts';
import { createWorker } from '../../worker/worker.ts';
import { stallKind } from './stall.ts';

/** After which activity it dies: the n-th of this kind in this process. */
export type Death = { activity: string; local: boolean; nth?: number };

/** What the process is told by its environment. */
export type KillableWorkerSettings = {
  address: string;
  workerUrl: string;
  taskQueue: string;
  bundlePath: string;
  death: Death;
  /** Whether it carries the stalls of `stall.ts` and nothing else. */
  stalls?: boolean;
};

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
// Whoever started it is gone.
process.on('disconnect', () => process.exit(1));

const settings = JSON.parse(process.env['KILLABLE'] ?? '{}') as KillableWorkerSettings;
const { address, workerUrl, taskQueue, bundlePath, death, stalls = false } = settings;
let left = death.nth ?? 1;

const worker = await createWorker({
  connection: await NativeConnection.connect({ address }),
  namespace: 'default',
  bundlePath,
  database: connect(workerUrl),
  release: 'test',
  mailDomain: 'example.test',
  taskQueue,
  kinds: stalls ? [stallKind] : ENTITIES,
  activityInterceptors: [
    ({ info }) => ({
      inbound: {
        async execute(input, next) {
          const result: unknown = await next(input);
          if (isTheLast(info)) process.kill(process.pid, 'SIGKILL');
          return result;
        },
      },
    }),
  ],
});
process.send?.('ready');
await worker.run();

function isTheLast({ activityType, isLocal }: Info): boolean {
  if (activityType !== death.activity || isLocal !== death.local) return false;
  left -= 1;
  return left === 0;
}
