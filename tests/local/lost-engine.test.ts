/**
 * Temporal's data are older, lost, or lack one workflow, and `npm start` brings everything back by
 * itself. One home with its real processes, told in order.
 */
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lifecycleId } from '../../workflows/agreement/messages.ts';
import { signIn } from '../support/api.ts';
import type { Caller } from '../support/api.ts';
import { aStartingPlace } from '../support/started-here.ts';
import type { StartedHere, StartingPlace } from '../support/started-here.ts';

const PASSWORD = 'kata sandi yang baru';
const DISAGREE = 'PostgreSQL and Temporal disagree about agreements:';

let place: StartingPlace;
let running: StartedHere;
let department: string;
let branch: string;
let proposer: Caller;
let agreements: string[];

beforeAll(async () => {
  place = await aStartingPlace();
  running = await place.start();
  const printed = /([a-z2-9]{5}-){3}[a-z2-9]{5}/.exec(running.said())?.[0] ?? '';
  const administrator = await firstSignIn('admin@mapalus.localhost', printed);
  department = await anOffice(administrator, 'government', 'opd');
  branch = await anOffice(administrator, 'bpjs-head-office', 'bpjs-branch');
  const { body: account } = await administrator.post('/users', {
    name: 'Contoh Pengusul',
    email: 'pengusul@example.test',
    memberships: ['proposer', 'legal'].map((role) => ({ office: department, role })),
  });
  proposer = await firstSignIn('pengusul@example.test', account.oneTimePassword);
  agreements = [await propose(), await propose()];
});
afterAll(() => place.remove());

describe("Temporal's data", () => {
  test('older than PostgreSQL: what is newer there goes on from there', async () => {
    const [moved = ''] = agreements;
    const older = path.join(place.folder, 'older');
    await stop();
    mkdirSync(older);
    for (const file of engineFiles()) cpSync(path.join(place.folder, file), path.join(older, file));
    running = await place.start();
    expect(running.said()).not.toContain(DISAGREE);
    expect(await redate(moved, '2099-11-30')).toMatchObject({ revision: 2 });
    agreements.push(await propose());
    await stop();
    for (const file of engineFiles()) rmSync(path.join(place.folder, file));
    cpSync(older, place.folder, { recursive: true });

    running = await place.start();

    expect(running.said()).toContain(
      `${DISAGREE} 1 lost by Temporal, 1 older in Temporal. Restoring …\n` +
        '3 agreements looked at, 1 of them were in order.\n' +
        '2 began again from PostgreSQL, lost or older in the engine.\n',
    );
    expect(await revisionsAfterRedating('2099-10-31')).toEqual([3, 2, 2]);
  });

  test('gone: every agreement goes on from PostgreSQL', async () => {
    await stop();
    for (const file of engineFiles()) rmSync(path.join(place.folder, file));

    running = await place.start();

    expect(running.said()).toContain(`${DISAGREE} 3 lost by Temporal. Restoring …\n`);
    expect(await revisionsAfterRedating('2099-09-30')).toEqual([4, 3, 3]);
  });

  test('without one workflow, terminated by hand: it goes on as the others do', async () => {
    const [, terminated = ''] = agreements;
    await terminate(terminated);
    expect(await redate(terminated, '2099-08-31')).toMatchObject({ status: 503 });
    await stop();

    running = await place.start();

    expect(running.said()).toContain(`${DISAGREE} 1 lost by Temporal. Restoring …\n`);
    expect(await revisionsAfterRedating('2099-07-31')).toEqual([5, 4, 4]);
  });
});

async function stop(): Promise<void> {
  expect(await running.end('SIGTERM')).toMatchObject({ code: 0 });
}

function engineFiles(): string[] {
  return readdirSync(place.folder).filter((file) => file.startsWith('temporal.db'));
}

async function propose(): Promise<string> {
  const { body } = await proposer.post('/agreements', {
    kind: 'pks',
    title: 'PKS Contoh',
    form: 'perjanjian-kerja-sama',
    legalBasis: 'ksdpk',
    term: { start: '2099-01-01', end: '2099-12-31' },
    asMeant: true,
    alongside: true,
    region: '71.07',
    proposer: department,
    parties: [
      { office: department, side: 'government' },
      { office: branch, side: 'bpjs' },
    ],
    approvals: [],
  });
  return body.id;
}

async function redate(id: string, end: string) {
  const term = { start: '2099-01-01', end };
  const { body } = await proposer.post(`/agreements/${id}/dates`, {
    term,
    asMeant: true,
    reason: 'Disesuaikan',
  });
  return body;
}

async function revisionsAfterRedating(end: string): Promise<number[]> {
  const revisions = [];
  for (const id of agreements) revisions.push((await redate(id, end)).revision);
  return revisions;
}

async function terminate(id: string): Promise<void> {
  const address = place.noted().env['TEMPORAL_ADDRESS'] ?? '';
  const connection = await Connection.connect({ address });
  await new Client({ connection }).workflow.getHandle(lifecycleId(id)).terminate('by hand');
  await connection.close();
}

async function firstSignIn(email: string, oneTimePassword: string): Promise<Caller> {
  const origin = `http://localhost:${place.port}`;
  const caller = await signIn(place.url, { email, password: oneTimePassword, address: 1, origin });
  await caller.send('POST', '/api/auth/change-password', {
    body: JSON.stringify({ currentPassword: oneTimePassword, newPassword: PASSWORD }),
    headers: { 'Content-Type': 'application/json' },
  });
  return caller;
}

async function anOffice(administrator: Caller, rootKind: string, kind: string): Promise<string> {
  const region = '71.07';
  const root = await administrator.post('/offices', { kind: rootKind, name: rootKind, region });
  const parent = root.body.id as string;
  const office = await administrator.post('/offices', { kind, name: kind, region, parent });
  return office.body.id as string;
}
