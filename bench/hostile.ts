/**
 * `npm run bench -- hostile`: what a normal request takes beside somebody who asks for as much as one
 * person can: sixty large proposals at once, sixty senseless searches at once, and bodies that never end.
 */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { offices } from '../tests/support/cast.ts';
import { aBenchStage } from './bench-environment.ts';
import type { BenchEnvironment } from './bench-environment.ts';
import { aNewAgreement } from './lifecycle/creation.ts';
import { ask } from './reading/load.ts';
import { median, percentile, round, spread } from './row.ts';
import type { Row } from './row.ts';

/** How many requests come at once. */
const AT_ONCE = 60;

/** Offices that each proposal names; the contract takes no more. */
const NAMED = 600;

/** For how long (ms) each side of a comparison is measured, and how often. */
const LASTS = 3_000;
const TURNS = 5;

/** A wave of the attack begins after so many milliseconds, or when the one before is over. */
const WAVES = 1_000;

/** One every so many milliseconds: a person who reads. */
const EVERY = 20;

/** The numbers of normal requests beside hostile ones. Say tells a person how far it is. */
export async function hostileRows(say: (line: string) => void): Promise<Row[]> {
  say('Bringing up PostgreSQL, Temporal and the product …');
  const stage = await aBenchStage({ limited: true });
  try {
    const named = await manyPlaces(stage.env['DATABASE_URL'] ?? '');
    const cookie = await stage.signIn('head-tondano@example.test', '10.3.0.1');
    const first = await stage.post('proposer-mitra', '/agreements', aNewAgreement());
    const { id } = (await first.json()) as { id: string };
    const normal = { url: `${stage.url}/api/v1/agreements/${id}`, cookie };
    const attacks = await attacksOn(stage, named);
    // Warm: what is asked for the first time is prepared and compiled.
    await during(1_000, () => ask(normal));
    for (const attack of Object.values(attacks)) await attack();
    const rows: Row[] = [];
    for (const [name, attack] of Object.entries(attacks)) {
      say(`Beside ${name} …`);
      rows.push(...(await beside(name, () => ask(normal), attack)));
    }
    return rows;
  } finally {
    await stage.stop();
  }
}

/** The area that a proposal names and its offices. */
type Places = { submittingOffices: string[]; area: string[] };

/** What somebody does again and again; each answers how many of its requests were refused. */
type Attack = () => Promise<string>;

async function attacksOn(stage: BenchEnvironment, named: Places): Promise<Record<string, Attack>> {
  const searcher = await stage.signIn('officer-manado@example.test', '10.3.0.2');
  const large = {
    ...aNewAgreement(),
    title: 'x'.repeat(300),
    ...named,
  };
  const written = JSON.stringify(large).length;
  const proposals = `${AT_ONCE} proposals of ${Math.round(written / 1024)} kB with ${NAMED} offices`;
  const proposer = await stage.signIn('proposer-mitra@example.test', '10.3.0.3');
  const propose = () => send(`${stage.url}/api/v1/agreements`, proposer, JSON.stringify(large));
  const search = (q: string) =>
    send(`${stage.url}/api/v1/regions?limit=100&q=${encodeURIComponent(q)}`, searcher);
  return {
    [proposals]: () => all(propose),
    [`${AT_ONCE} searches for nothing`]: () => all((at) => search(`z${at}q`)),
    [`${AT_ONCE} searches for everything`]: () => all(() => search('a')),
    [`${AT_ONCE} searches for many short words`]: () =>
      all((at) => search(`a b c d e f g h i j k l m n o p q r s t u v w x y z ${at}`)),
    [`${AT_ONCE} bodies that never end`]: () => halfSent(stage.url),
  };
}

async function all(one: (at: number) => Promise<number>): Promise<string> {
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => one(at)));
  const counts = new Map<number, number>();
  for (const status of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(', ');
}

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

// As cheap as can be: attacker and reader share this machine, which they would not elsewhere.
function send(url: string, cookie: string, body?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(
      url,
      {
        agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          cookie,
          ...(body !== undefined && {
            'Content-Type': 'application/json',
            'Idempotency-Key': randomUUID(),
          }),
        },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    asking.once('error', reject);
    asking.end(body);
  });
}

// Begins requests and sends a byte of each now and then, until it is cut or has waited long enough.
async function halfSent(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  let cut = 0;
  for (let at = 0; at < AT_ONCE; at += 1) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).once('close', () => (cut += 1));
    socket.write(
      'POST /api/v1/agreements HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
        'Content-Length: 50000\r\n\r\n{',
    );
    sockets.push(socket);
  }
  for (let at = 0; at < 10; at += 1) {
    await pause(100);
    for (const socket of sockets) if (socket.writable) socket.write(' ');
  }
  for (const socket of sockets) socket.destroy();
  return `${cut} cut within a second`;
}

async function beside(name: string, normal: () => Promise<number>, attack: Attack): Promise<Row[]> {
  const alone: number[][] = [];
  const attacked: number[][] = [];
  const outcomes = new Set<string>();
  for (let turn = 0; turn < TURNS; turn += 1) {
    alone.push(await during(LASTS, normal));
    let isOver = false;
    const attacking = (async () => {
      while (!isOver) {
        const next = pause(WAVES);
        outcomes.add(await attack());
        await next;
      }
    })();
    await pause(100);
    attacked.push(await during(LASTS, normal));
    isOver = true;
    await attacking;
  }
  return (['median', 'p95'] as const).map((which) => {
    const of = (times: readonly number[]) =>
      which === 'median' ? median(times) : percentile(times, 0.95);
    const ratios = attacked.map((times, turn) => of(times) / of(alone[turn] ?? []));
    return {
      metric: `an agreement beside ${name}, ${which}`,
      value: round(median(ratios)),
      unit: '× alone',
      goal: 3,
      better: 'lower' as const,
      against: `alone ${round(of(alone.flat()))} ms, beside ${round(of(attacked.flat()))} ms; ratio ${spread(ratios)}; ${[...outcomes].slice(0, 2).join(' / ')}`,
    };
  });
}

async function during(lasting: number, one: () => Promise<number>): Promise<number[]> {
  const until = performance.now() + lasting;
  const took: number[] = [];
  while (performance.now() < until) {
    const each = await one();
    took.push(each);
    await pause(Math.max(1, EVERY - each));
  }
  return took;
}

async function manyPlaces(ownerUrl: string): Promise<Places> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const made = await owner.query<{ id: string }>(
    `insert into office (id, kind, name, parent_id, region_code, institution_id)
     select gen_random_uuid(), 'opd', 'Kantor ' || at, $1, '71.07', $1
     from generate_series(1, $2::int) at returning id`,
    [offices.mitra, NAMED],
  );
  const villages = await owner.query<{ code: string }>(
    'select code from region where level = 4 order by code limit $1',
    [NAMED],
  );
  await owner.end();
  return {
    submittingOffices: made.rows.map(({ id }) => id),
    area: villages.rows.map(({ code }) => code),
  };
}
