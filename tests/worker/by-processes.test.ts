/** Real processes on servers of their own: what a worker needs to start, and what it reports. */
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtProcess } from '../../local/built-process.ts';
import { freePort } from '../../local/port.ts';
import { lifecycleId } from '../../workflows/agreement/messages.ts';
import { eventually } from '../support/eventually.ts';
import { anInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { aPksBody } from '../support/agreements-over-http.ts';
import { run } from '../support/started-here.ts';

const ALL = 12;

let installation: Installation;
let health: string;
let ids: string[];
let connection: Connection;
beforeAll(async () => {
  const port = await freePort();
  health = `http://127.0.0.1:${port}`;
  installation = await anInstallation('2024-01-08', { WORKER_PORT: String(port) });
  const [api, worker] = [await installation.startApi(), await installation.startWorker()];
  const proposer = await installation.as('proposer-mitra');
  ids = [];
  for (let n = 1; n <= ALL; n += 1) {
    const { body } = await proposer.post('/agreements', aPksBody({ title: `PKS ${n}` }));
    ids.push(body.id);
  }
  await Promise.all([api.stop(), worker.stop()]);
  connection = await Connection.connect({ address: installation.env['TEMPORAL_ADDRESS'] ?? '' });
});
afterAll(async () => {
  await connection.close();
  await installation.remove();
});

const handle = (id: string) => new Client({ connection }).workflow.getHandle(lifecycleId(id));
const restoring = () =>
  run(process.execPath, [builtProcess('restore-lifecycles')], {
    PATH: process.env['PATH'] ?? '',
    ...installation.env,
  });
const runs = async () => {
  const each = ids.map((id) => handle(id).describe());
  return (await Promise.all(each)).filter(({ status }) => status.name === 'RUNNING').length;
};

test('a worker that starts while PostgreSQL is away waits for it', async () => {
  await installation.stopPostgres();
  const port = new URL(health).port;
  const worker = run(process.execPath, [builtProcess('worker')], {
    PATH: process.env['PATH'] ?? '',
    ...installation.env,
    WORKER_PORT: port,
  });
  await worker.hears(/PostgreSQL does not answer yet/);
  const before = worker.said();
  await installation.startPostgres();
  await worker.hears(/"msg":"ready"/);

  expect(before).not.toContain('the process cannot go on');
  expect(await worker.end('SIGTERM')).toMatchObject({ code: 0 });
});

test('a worker starts without the workflows that are missing, and reports how many', async () => {
  const [first = '', second = ''] = ids;
  await handle(first).terminate('by hand');
  await handle(second).terminate('by hand');

  const worker = await installation.startWorker();
  const reported = await eventually(async () => {
    const answer = await (await fetch(`${health}/readyz`)).json();
    return answer.detail.workflows ? answer : undefined;
  });
  const metrics = await (await fetch(`${health}/metrics`)).text();
  await worker.stop();

  expect(reported.status).toBe('ok');
  expect(reported.detail.workflows).toEqual({
    looked: ALL,
    missing: 2,
    behind: 0,
    over: 0,
    ahead: 0,
    unknown: 0,
  });
  expect(metrics).toContain('mapalus_workflows_amiss{standing="missing"} 2');
  const warned = worker.lines.find((line) => line.includes('disagree')) ?? '';
  expect(JSON.parse(warned)).toMatchObject({ standing: 'missing', count: 2 });
  expect(JSON.parse(warned).ids.sort()).toEqual([first, second].sort());
});

test('restoring that was killed is finished by the next, and nothing runs twice', async () => {
  for (const id of ids)
    await handle(id)
      .terminate('by hand')
      .catch(() => undefined);
  const killed = restoring();
  await eventually(async () => ((await runs()) > 0 ? true : undefined));
  await killed.end('SIGKILL');
  const begun = await runs();

  const second = restoring();
  const code = await second.ended;

  expect(begun).toBeLessThan(ALL);
  expect(second.said()).toBe(
    `${ALL} agreements looked at, ${begun} of them were in order.\n` +
      `${ALL - begun} began again from PostgreSQL, lost or older in the engine.`,
  );
  expect(code).toBe(0);
  expect(await runs()).toBe(ALL);
});

test('restoring goes on after one that it cannot restore, names it, and ends with 1', async () => {
  const [broken = '', lost = ''] = ids;
  await handle(broken).terminate('by hand');
  await handle(lost).terminate('by hand');
  // A row that cannot be written, for whatever reason.
  await installation.rows(
    `create function refuse() returns trigger language plpgsql as $$ begin raise 'broken'; end $$;
     create trigger refuse before update on agreement for each row
       when (old.id = '${broken}') execute function refuse()`,
  );

  const first = restoring();
  const code = await first.ended;
  await installation.rows('drop trigger refuse on agreement');
  const second = restoring();

  expect(first.said()).toContain('1 began again from PostgreSQL');
  expect(first.said()).toMatch(new RegExp(`1 could not be restored:\n  ${broken}: Prisma`));
  expect(code).toBe(1);
  expect(await second.ended).toBe(0);
  expect(await runs()).toBe(ALL);
});
