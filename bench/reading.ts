/**
 * `npm run bench -- reading`: an agreement, a page of the list and a session at the size of the
 * country, beside a peer written by hand on the same PostgreSQL; and every list of the country beside
 * the same list where there is one government.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { builtProcess } from '../local/built-process.ts';
import { freePort } from '../local/port.ts';
import { startPostgres } from '../local/postgres.ts';
import { scratchFolder } from '../local/private-folder.ts';
import { stopProcess } from '../local/stop-process.ts';
import { createDatabase } from '../tests/support/create-database.ts';
import { untilAnswering } from './bench-environment.ts';
import { fill, PASSWORD, SECRET } from './country.ts';
import { HEAD_OFFICE_EMAIL, ONE_REGENCY } from './country/offices.ts';
import { idOf } from './country/rows.ts';
import { ask, atPace, throughput } from './reading/load.ts';
import type { Target } from './reading/load.ts';
import { median, percentile, round, ROUNDS, spread } from './row.ts';
import type { Row } from './row.ts';

const CLIENTS = 8;
const SECONDS = 2;
const AGREEMENT = `/agreements/${idOf(`agreement/${ONE_REGENCY}/5`)}`;

const PEOPLE = {
  'head office': HEAD_OFFICE_EMAIL,
  branch: 'kepala@cabang-1.bpjs.example',
  government: `hukum@k${ONE_REGENCY.replace('.', '')}.example`,
};

const LISTS = [
  '/agreements',
  '/agreements?sort=-changed',
  '/agreements?sort=title',
  '/agreements?q=pelindungan',
  '/agreements?stage=signing',
  '/agreements?mine=true',
  '/outbox',
  '/office-holders',
  '/users',
  '/offices',
  '/offices?q=tenaga',
  '/regions?q=minahasa',
];

/** Every number of reading. */
export async function readingRows(say: (line: string) => void): Promise<Row[]> {
  const scratch = scratchFolder('reading');
  const cluster = await startPostgres(path.join(scratch, 'postgres'), await freePort());
  const children: ChildProcess[] = [];
  const api = async (database: string) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const child = fork(builtProcess('api'), {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        DATABASE_URL: cluster.superuserUrl(database),
        MAPALUS_SECRET: SECRET,
        // Reading asks nothing of the engine.
        TEMPORAL_ADDRESS: '127.0.0.1:9',
        PORT: String(port),
        BASE_URL: url,
        LOG_LEVEL: 'warn',
        // Few people ask for what many would.
        REQUESTS_AT_ONCE: '1000',
        REQUESTS_PER_MINUTE: '1000000',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    await untilAnswering(`${url}/livez`);
    return url;
  };
  try {
    for (const name of ['country', 'province']) {
      await createDatabase(cluster.superuserUrl('postgres'), name);
    }
    say('Seeding the country, and one province beside it …');
    await fill(cluster.superuserUrl('country'));
    await fill(cluster.superuserUrl('province'), { province: '71' });
    const [country, province] = [await api('country'), await api('province')];
    return [
      ...(await peerRows(country, cluster.superuserUrl('country'), { children, say })),
      ...(await listRows(country, province, say)),
    ];
  } finally {
    for (const child of children) await stopProcess(child, 20_000);
    await cluster.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

const MEASURED = [
  { name: 'an agreement', at: AGREEMENT, goal: 0.3 },
  { name: 'a list of fifty', at: '/agreements', goal: 0.3 },
  { name: 'a session', at: '/session', goal: 0.5 },
];

async function peerRows(
  url: string,
  ownerUrl: string,
  { children, say }: { children: ChildProcess[]; say: (line: string) => void },
): Promise<Row[]> {
  const cookie = await signIn(url, PEOPLE.government);
  const ours = (at: string): Target => ({ url: `${url}/api/v1${at}`, cookie });
  const bodies: Record<string, string> = {};
  for (const { at } of MEASURED) {
    bodies[at] = await (await fetch(ours(at).url, { headers: { cookie } })).text();
  }
  const peer = fork(
    path.join(import.meta.dirname, 'reading/peer.ts'),
    [ownerUrl, JSON.stringify(bodies)],
    { execArgv: ['--import', 'tsx'], env: { ...process.env, NODE_ENV: 'production' } },
  );
  children.push(peer);
  const { port } = await new Promise<{ port: number }>((resolve) =>
    peer.once('message', resolve as never),
  );
  const theirs = (at: string): Target => ({ url: `http://127.0.0.1:${port}${at}`, cookie });

  const rows: Row[] = [];
  for (const { name, at, goal } of MEASURED) {
    say(`Measuring ${name} …`);
    const rates: { ours: number; peer: number }[] = [];
    const tails: { ours: number; peer: number }[] = [];
    for (let turn = 0; turn <= ROUNDS; turn += 1) {
      const rate = {
        ours: await throughput(ours(at), CLIENTS, SECONDS),
        peer: await throughput(theirs(at), CLIENTS, SECONDS),
      };
      const pace = Math.max(1, Math.round(rate.ours * 0.3));
      const tail = {
        ours: percentile(await atPace(ours(at), pace, SECONDS), 0.99),
        peer: percentile(await atPace(theirs(at), pace, SECONDS), 0.99),
      };
      // The first round warms both.
      if (turn === 0) continue;
      rates.push(rate);
      tails.push(tail);
    }
    const shares = rates.map((each) => each.ours / each.peer);
    const factors = tails.map((each) => each.ours / each.peer);
    rows.push(
      {
        metric: `${name}, ${CLIENTS} clients`,
        value: round(median(shares)),
        unit: '× peer',
        goal,
        better: 'higher',
        against: `ours ${round(median(rates.map((each) => each.ours)))}/s, peer ${round(median(rates.map((each) => each.peer)))}/s; ratio ${spread(shares)}`,
      },
      {
        metric: `${name}, p99 at 30 % of our load`,
        value: round(median(factors)),
        unit: '× peer',
        goal: 3,
        better: 'lower',
        against: `ours ${round(median(tails.map((each) => each.ours)))} ms, peer ${round(median(tails.map((each) => each.peer)))} ms; ratio ${spread(factors)}`,
      },
    );
  }
  return rows;
}

const ASKED = 40;

async function listRows(
  country: string,
  province: string,
  say: (line: string) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [who, email] of Object.entries(PEOPLE)) {
    say(`Asking every list as ${who} …`);
    const cookies = [await signIn(country, email), await signIn(province, email)];
    for (const at of LISTS) {
      const [large = 0, small = 0] = await both(at, [country, province], cookies);
      rows.push({
        metric: `${at} as ${who}, p95`,
        value: round(large / small),
        unit: '× one province',
        goal: 3,
        better: 'lower',
        against: `country ${round(large)} ms, province ${round(small)} ms`,
      });
    }
  }
  return rows;
}

// In turn, so that whatever else the machine does falls on both.
async function both(at: string, urls: string[], cookies: string[]): Promise<number[]> {
  const took: number[][] = urls.map(() => []);
  for (let turn = 0; turn < ASKED; turn += 1) {
    for (const [which, url] of urls.entries()) {
      const target = { url: `${url}/api/v1${at}`, cookie: cookies[which] ?? '' };
      const each = await ask(target);
      if (turn > 2) took[which]?.push(each);
    }
  }
  return took.map((each) => percentile(each, 0.95));
}

async function signIn(url: string, email: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`${email} could not sign in: ${response.status}`);
  return response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
}
