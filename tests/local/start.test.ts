/**
 * `npm start` on a machine that has nothing: what it says, that it goes on where it ended, and that
 * it leaves nothing behind, however it ends. One home, told in order.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lifecycleId } from '../../workflows/agreement/messages.ts';
import { signIn } from '../support/api.ts';
import type { Caller } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { aStartingPlace } from '../support/started-here.ts';
import type { StartedHere, StartingPlace } from '../support/started-here.ts';

const NEW_PASSWORD = 'kata sandi yang baru';
const TRACE = `req-${randomUUID()}`;

let place: StartingPlace;
let running: StartedHere;
beforeAll(async () => {
  place = await aStartingPlace();
  // Whatever this shell knows of another Temporal.
  running = await place.start({ TEMPORAL_NAMESPACE: 'elsewhere', TEMPORAL_TLS: 'true' });
});
afterAll(() => place.remove());

describe('the first start', () => {
  test('says where it is, who may sign in, and where everything is kept', () => {
    const said = running.said();

    expect(said).toContain(`http://localhost:${place.port}\n`);
    expect(said).toMatch(/Mapalus is ready after \d+(\.\d)? s:/);
    expect(said).toMatch(/First account: +admin@mapalus\.localhost\n/);
    expect(said).toMatch(/One-time password: +([a-z2-9]{5}-){3}[a-z2-9]{5} /);
    expect(said).toMatch(new RegExp(`State is kept in: +${place.folder} `));
    expect(said).toMatch(new RegExp(`Mail is kept in: +${place.folder}/mail\n`));
  });

  test('runs every part, and each answers', async () => {
    const [alive, ready, numbers, page] = await Promise.all([
      fetch(`${place.url}/livez`),
      fetch(`${place.url}/readyz`),
      fetch(`${place.url}/metrics`),
      fetch(place.url),
    ]);

    expect(Object.keys(place.noted().pids).sort()).toEqual([
      'PostgreSQL',
      'Temporal',
      'the API',
      'the mailbox',
      'the worker',
    ]);
    expect(await alive.json()).toEqual({ status: 'ok' });
    expect(await ready.json()).toEqual({
      status: 'ok',
      checks: { postgres: 'ok', temporal: 'ok' },
      detail: { mail: 'ok' },
    });
    expect(await numbers.text()).toContain('mapalus_http_request_seconds_count');
    expect(await page.text()).toContain('<div id="root">');
  });
});

/** Begins a mail as a sender does, and is gone before its end. */
async function dieInTheMiddleOfAMail({ port, hostname }: URL): Promise<void> {
  const socket = connect(Number(port), hostname);
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  const answered = async (code: string): Promise<void> => {
    const { value = '', done } = await lines.next();
    if (done) throw new Error(`the mailbox never answered ${code}`);
    if (!value.startsWith(`${code} `)) await answered(code);
  };
  await answered('220');
  for (const [line, code] of [
    ['EHLO contoh', '250'],
    ['MAIL FROM:<pengirim@example.test>', '250'],
    ['RCPT TO:<penerima@example.test>', '250'],
    ['DATA', '354'],
  ] as const) {
    socket.write(`${line}\r\n`);
    await answered(code);
  }
  socket.resetAndDestroy();
}

describe('a newcomer', () => {
  let administrator: Caller;
  let agreementId: string;
  const BRANCH_MAILBOX = 'cabang@example.test';

  test('gets from the printed password to an agreement under way', async () => {
    const printed = /([a-z2-9]{5}-){3}[a-z2-9]{5}/.exec(running.said())?.[0] ?? '';
    administrator = await enter('admin@mapalus.localhost', printed);
    const department = await anOffice('government', 'Pemkab Contoh', 'opd', 'Dinas Contoh');
    const branch = await anOffice('bpjs-head-office', 'BPJS Contoh', 'bpjs-branch', 'Cabang');
    const { body: account } = await administrator.post('/users', {
      name: 'Contoh Pengusul',
      email: 'pengusul@example.test',
      memberships: [
        { office: department, role: 'proposer' },
        { office: department, role: 'legal' },
      ],
    });
    const proposer = await enter('pengusul@example.test', account.oneTimePassword);

    const proposed = await proposer.post('/agreements', {
      kind: 'pks',
      title: 'PKS Contoh',
      form: 'perjanjian-kerja-sama',
      legalBasis: 'ksdpk',
      term: { start: '2099-01-01', end: '2099-12-31' },
      asMeant: true,
      region: '71.07',
      proposer: department,
      parties: [
        { office: department, side: 'government' },
        { office: branch, side: 'bpjs' },
      ],
      approvals: [],
    });
    const passed = await proposer.post(
      `/agreements/${proposed.body.id}/turns`,
      { to: branch },
      { 'X-Request-Id': TRACE },
    );

    agreementId = proposed.body.id;
    expect(proposed.status).toBe(201);
    expect(passed).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(passed.headers.get('x-request-id')).toBe(TRACE);
  });

  test('can follow that request from the log into the workflow and the mail', async () => {
    const sent = await eventually(
      () =>
        place
          .log('worker')
          .find(({ msg, requestId }) => msg === 'mail sent' && requestId === TRACE),
      { waitingFor: 'the mail' },
    );
    const mail = mailTo(BRANCH_MAILBOX);
    const asked = place.log('api').filter(({ requestId }) => requestId === TRACE);

    expect(asked).toMatchObject([
      { msg: 'request', method: 'POST', route: '/api/v1/agreements/:id/turns', status: 200 },
    ]);
    expect(sent).toMatchObject({ template: 'your-turn' });
    expect(mail).toMatch(new RegExp(`^X-Mapalus-Request: ${TRACE}\r?$`, 'm'));
    expect(await historyOf(agreementId)).toContain(`"requestId":"${TRACE}"`);
  });

  test('has mails that no other user of the machine can read', () => {
    const folder = path.join(place.folder, 'mail');
    const files = readdirSync(folder).map((file) => path.join(folder, file));

    expect(files).not.toEqual([]);
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(files.map((file) => statSync(file).mode & 0o077).filter(Boolean)).toEqual([]);
  });

  test('does not lose the mailbox when senders die in the middle of a mail', async () => {
    const broken = () => place.log('mailbox').filter(({ msg }) => msg === 'a connection broke');

    for (const died of [1, 2, 3]) {
      await dieInTheMiddleOfAMail(new URL(place.noted().env['SMTP_URL'] ?? ''));
      await eventually(() => (broken().length === died ? true : undefined));
    }

    expect(place.log('mailbox').at(-1)).toMatchObject({ msg: 'a connection broke' });
  });

  test('stops everything in order by Ctrl-C, and no process is left', async () => {
    const { said, code } = await running.end('SIGINT');

    expect(said).toMatch(
      /\nStopping …\nStopped\. Everything is kept; `npm start` goes on from here\.$/,
    );
    expect(code).toBe(0);
    expect(place.processes()).toEqual([]);
    expect(existsSync(path.join(place.folder, 'run.json'))).toBe(false);
    const ends = ['api', 'worker', 'mailbox'].map((part) => place.log(part).at(-1));
    expect(ends.map(({ msg }) => msg)).toEqual(['stopped', 'stopped', 'stopped']);
    expect(ends.map(({ time }) => time)).toEqual(ends.map(({ time }) => time).sort());
    // Nobody was missed by those who still ran.
    const complaints = ['api', 'worker', 'mailbox'].flatMap((part) =>
      place.log(part).filter(({ level }) => level >= 40),
    );
    expect(complaints).toEqual([]);
  });

  test('finds everything at the next start, and goes on with it', async () => {
    running = await place.start();
    const proposer = await signInHere('pengusul@example.test', NEW_PASSWORD);
    const before = await proposer.get(`/agreements/${agreementId}`);

    const withdrawn = await proposer.post(`/agreements/${agreementId}/withdrawals`, {
      reason: 'Ditunda',
    });

    expect(running.said()).not.toContain('First account');
    expect(before.body).toMatchObject({ stage: 'proposal', revision: 2 });
    expect(withdrawn).toMatchObject({ status: 200, body: { stage: 'ended', revision: 3 } });
  });

  test('is told that it runs already, when starting it once more', async () => {
    const { said, code } = await place.startInVain();

    expect(said.trim()).toBe(
      `Mapalus is already running here (process ${running.pid}).\n` +
        '→ Use it, or stop it with Ctrl-C in its window; a second one needs its own MAPALUS_HOME.',
    );
    expect(code).toBe(1);
    expect((await fetch(`${place.url}/readyz`)).status).toBe(200);
  });

  async function enter(email: string, oneTimePassword: string): Promise<Caller> {
    const caller = await signInHere(email, oneTimePassword);
    const tooEarly = await caller.get('/offices');
    expect(tooEarly.body).toMatchObject({ status: 403, code: 'PasswordChangeRequired' });
    await caller.send('POST', '/api/auth/change-password', {
      body: JSON.stringify({ currentPassword: oneTimePassword, newPassword: NEW_PASSWORD }),
      headers: { 'Content-Type': 'application/json' },
    });
    return caller;
  }

  async function anOffice(rootKind: string, rootName: string, kind: string, name: string) {
    const region = '71.07';
    const root = await administrator.post('/offices', { kind: rootKind, name: rootName, region });
    const office = await administrator.post('/offices', {
      kind,
      name,
      region,
      parent: root.body.id,
      mailbox: kind === 'bpjs-branch' ? BRANCH_MAILBOX : null,
    });
    expect([root.status, office.status]).toEqual([201, 201]);
    return office.body.id as string;
  }
});

describe('however it ends', () => {
  test('by SIGTERM: in order, like by Ctrl-C', async () => {
    const { code } = await running.end('SIGTERM');

    expect(code).toBe(0);
    expect(place.processes()).toEqual([]);
  });

  test('by SIGINT in a command that started it for the occasion: no process is left either', async () => {
    const long = path.join(place.folder, 'long.mjs');
    writeFileSync(long, "console.log('at work'); setInterval(() => {}, 1_000);");
    const command = place.withRunningStack(long);
    await command.hears(/at work/);

    const { code } = await command.end('SIGINT');

    expect(command.said()).toContain('at work');
    expect(code).toBe(130);
    expect(place.processes()).toEqual([]);
  });

  test('by SIGTERM before it was ready: no process is left either', async () => {
    running = place.begin();
    await eventually(() => (existsSync(path.join(place.folder, 'run.json')) ? true : undefined));

    const { said, code } = await running.end('SIGTERM');

    expect(said).not.toContain('is ready');
    expect(code).toBe(0);
    expect(place.processes()).toEqual([]);
  });

  test('by a crash of PostgreSQL: says so and stops the rest', async () => {
    running = await place.start();
    const pid = place.noted().pids['PostgreSQL'] ?? 0;

    process.kill(pid, 'SIGKILL');
    const code = await running.ended;

    expect(running.said()).toMatch(
      new RegExp(
        `\nPostgreSQL \\(process ${pid}\\) ended by itself \\(SIGKILL\\); everything else has ` +
          'been stopped\\.\n→ Start again with `npm start`; it goes on where it ended\\.$',
      ),
    );
    expect(code).toBe(1);
    expect(place.processes()).toEqual([]);
  });

  test('by SIGKILL, and two starts at once after it: one ends what was left and goes on, the other names it', async () => {
    running = await place.start();
    const before = place.noted().pids;
    await running.end('SIGKILL');

    const both = [place.begin(), place.begin()];
    await Promise.all(both.map((one) => one.hears(/Ctrl-C stops|already running/)));

    const [winner, ...others] = both.filter(({ said }) => /is ready after/.test(said()));
    const loser = both.find((one) => one !== winner);
    const after = place.noted().pids;

    const left = /A start before this one was killed; ended what it left: (.*)\./.exec(
      winner?.said() ?? '',
    )?.[1];
    expect(left?.split(', ')).toEqual(expect.arrayContaining(['PostgreSQL']));
    expect(Object.values(before).filter((pid) => Object.values(after).includes(pid))).toEqual([]);
    expect(Object.values(before).filter(stillRuns)).toEqual([]);
    expect(others).toEqual([]);
    expect(loser?.said()).toContain(`already running here (process ${winner?.pid}).`);
    expect(await loser?.ended).toBe(1);
    expect((await fetch(`${place.url}/readyz`)).status).toBe(200);
    expect(await winner?.end('SIGINT')).toMatchObject({ code: 0 });
    expect(place.processes()).toEqual([]);
    expect(readdirSync(place.folder).filter((file) => file.startsWith('run.'))).toEqual([]);
  });
});

function signInHere(email: string, password: string): Promise<Caller> {
  const origin = `http://localhost:${place.port}`;
  return signIn(place.url, { email, password, address: 1, origin });
}

function mailTo(address: string): string {
  const folder = path.join(place.folder, 'mail');
  const mails = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  return mails.find((mail) => mail.includes(`To: ${address}`)) ?? '';
}

async function historyOf(agreementId: string): Promise<string> {
  const connection = await Connection.connect({
    address: place.noted().env['TEMPORAL_ADDRESS'] ?? '',
  });
  try {
    const handle = new Client({ connection }).workflow.getHandle(lifecycleId(agreementId));
    const { events } = await handle.fetchHistory();
    return (events ?? [])
      .flatMap((event) => event.workflowExecutionUpdateAcceptedEventAttributes ?? [])
      .flatMap((accepted) => accepted.acceptedRequest?.input?.args?.payloads ?? [])
      .map(({ data }) => Buffer.from(data ?? []).toString())
      .join('\n');
  } finally {
    await connection.close();
  }
}

function stillRuns(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended and that nobody has asked after yet does not count.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
