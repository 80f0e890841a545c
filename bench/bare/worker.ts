/** Runs the peers in a process of their own, as the product's worker is one. */
import path from 'node:path';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

const [address = ''] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue: 'bare',
  workflowsPath: path.join(import.meta.dirname, 'workflows.ts'),
  activities: { nothing: () => Promise.resolve() },
});
process.on('SIGTERM', () => worker.shutdown());
process.on('disconnect', () => worker.shutdown());
const running = worker.run();
process.send?.('ready');
await running;
process.exit(0);
