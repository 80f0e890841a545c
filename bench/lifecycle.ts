/**
 * What a lifecycle costs: creation and approval over HTTP against bare workflows on the same server,
 * the events of a year in force, replaying it, fast-forwarding it, and starting the processes.
 */
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { aBenchStage } from './bench-environment.ts';
import { approvalRow } from './lifecycle/approval.ts';
import { creationRow } from './lifecycle/creation.ts';
import { startRows } from './lifecycle/starting.ts';
import { yearRows } from './lifecycle/year-in-force.ts';
import type { Row } from './row.ts';

/** Every number of a lifecycle. Say tells a person how far it is. */
export async function lifecycleRows(say: (line: string) => void): Promise<Row[]> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  say('Bringing up PostgreSQL, Temporal with a database file, the product and the peers …');
  const stage = await aBenchStage();
  try {
    return [
      await creationRow(stage, say),
      await approvalRow(stage, say),
      ...(await yearRows(stage, say)),
      ...(await startRows(stage, say)),
    ];
  } finally {
    await stage.stop();
  }
}
