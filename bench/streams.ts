/**
 * A thousand open pages on one API process while ten things a second change: how long until each
 * page has heard of a change, and what it costs the requests beside them.
 */
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { PEOPLE } from '../tests/support/cast.ts';
import type { PersonName } from '../tests/support/cast.ts';
import { aBenchStage } from './bench-environment.ts';
import type { BenchEnvironment } from './bench-environment.ts';
import { aNewAgreement } from './lifecycle/creation.ts';
import { median, percentile, round } from './row.ts';
import type { Row } from './row.ts';

/** Fifty people with twenty pages each, by the roles and offices of twenty. */
const READERS = 50;
const PAGES_EACH = 20;
const ROLES = 20;

const CHANGES_A_SECOND = 10;

/** Seconds for which changes go on, without streams and with them. */
const SECONDS = 20;

/** The numbers of a thousand streams. Say tells a person how far it is. */
export async function streamRows(say: (line: string) => void): Promise<Row[]> {
  say('Bringing up PostgreSQL, Temporal and the product …');
  const stage = await aBenchStage();
  const owner = new pg.Client({ connectionString: stage.env['DATABASE_URL'] });
  await owner.connect();
  try {
    const agreement = await anAgreement(stage);
    const cookies = await readers(owner, stage);
    const read = () => get(stage.url, `/agreements/${agreement}`, cookies[PROPOSER] ?? '');
    await changesFor(3, owner, agreement, read);
    say('Ten changes a second without streams …');
    const without = await changesFor(SECONDS, owner, agreement, read);

    say('Opening a thousand streams …');
    const heard: number[] = [];
    const begun = new Map<string, number>();
    const hear = (subject: string) => {
      const at = begun.get(subject);
      if (at !== undefined) heard.push(performance.now() - at);
    };
    const streams: http.IncomingMessage[] = [];
    for (const cookie of cookies) {
      const pages = Array.from({ length: PAGES_EACH }, () => follow(stage.url, cookie, hear));
      streams.push(...(await Promise.all(pages)));
    }
    say('Ten changes a second with them …');
    const beside = await changesFor(SECONDS, owner, agreement, read, begun);
    const wanted = begun.size * streams.length;
    const giveUpAt = performance.now() + 30_000;
    while (heard.length < wanted && performance.now() < giveUpAt) await pause(50);
    for (const stream of streams) stream.destroy();
    if (heard.length < wanted) throw new Error(`${wanted - heard.length} hints did not arrive`);
    return rowsOf(heard, without, beside);
  } finally {
    await owner.end();
    await stage.stop();
  }
}

function rowsOf(heard: number[], without: number[], beside: number[]): Row[] {
  const middle = `${round(median(without))} ms without, ${round(median(beside))} ms beside them`;
  const late = `p95 ${round(percentile(without, 0.95))} and ${round(percentile(beside, 0.95))} ms`;
  return [
    {
      metric: 'change until its hint, 1,000 streams and 10 changes a second, p99',
      value: round(percentile(heard, 0.99)),
      unit: 'ms',
      goal: 1_000,
      better: 'lower',
      against: `median ${round(median(heard))} ms over ${heard.length} hints`,
    },
    {
      metric: 'an agreement read beside the streams, median',
      value: round(median(beside) / median(without)),
      unit: '× the same changes without streams',
      goal: 1.5,
      better: 'lower',
      against: `${middle}; ${late}`,
    },
  ];
}

const PROPOSER = (Object.keys(PEOPLE) as PersonName[]).indexOf('proposer-mitra');

async function anAgreement(stage: BenchEnvironment): Promise<string> {
  const answer = await stage.post('proposer-mitra', '/agreements', aNewAgreement());
  if (answer.status !== 201) throw new Error(`creation answered ${answer.status}`);
  return ((await answer.json()) as { id: string }).id;
}

/** Opens an account for each reader and signs them in, each from an address of their own. */
async function readers(owner: pg.Client, stage: BenchEnvironment): Promise<string[]> {
  const models = Object.keys(PEOPLE).slice(0, ROLES);
  const names = Array.from({ length: READERS }, (_, at) => `reader-${at}`);
  const cookies: string[] = [];
  for (const [at, name] of names.entries()) {
    const model = models[at % ROLES];
    await owner.query(
      `insert into auth."user" (id, name, email, email_verified, updated_at)
       values ($1, $1, $2, true, now())`,
      [name, `${name}@example.test`],
    );
    await owner.query(
      `insert into auth.account (id, account_id, provider_id, user_id, password, updated_at)
       select $1, $1, 'credential', $1, password, now() from auth.account where user_id = $2`,
      [name, model],
    );
    await owner.query(
      `insert into membership (id, user_id, office_id, role, from_day)
       select gen_random_uuid(), $1, office_id, role, from_day from membership where user_id = $2`,
      [name, model],
    );
    cookies.push(await stage.signIn(`${name}@example.test`, `10.2.0.${at}`));
  }
  return cookies;
}

/**
 * Changes something ten times a second: one agreement, and an office that only this change names.
 * Meanwhile one reader reads, again and again; answers how long each reading took.
 */
async function changesFor(
  seconds: number,
  owner: pg.Client,
  agreement: string,
  read: () => Promise<void>,
  begun?: Map<string, number>,
): Promise<number[]> {
  let isOver = false;
  const took: number[] = [];
  const reading = (async () => {
    while (!isOver) {
      const began = performance.now();
      await read();
      took.push(performance.now() - began);
      await pause(10);
    }
  })();
  const beganAt = performance.now();
  for (let change = 0; change < seconds * CHANGES_A_SECOND; change += 1) {
    await pause(Math.max(0, beganAt + change * (1_000 / CHANGES_A_SECOND) - performance.now()));
    const office = randomUUID();
    begun?.set(office, performance.now());
    await owner.query(`select announce('agreement', $1), announce('holder', $2)`, [
      agreement,
      office,
    ]);
  }
  isOver = true;
  await reading;
  return took;
}

function follow(
  url: string,
  cookie: string,
  onSubject: (subject: string) => void,
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      `${url}/api/v1/events`,
      { agent: false, headers: { Cookie: cookie } },
      (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`a stream: ${answer.statusCode}`));
        let rest = '';
        answer.setEncoding('utf8').on('data', (text: string) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) {
            const subject = /^data: \{"id":"([^"]+)"/.exec(line)?.[1];
            if (subject !== undefined) onSubject(subject);
          }
        });
        resolve(answer);
      },
    );
    request.on('error', reject);
  });
}

async function get(url: string, path: string, cookie: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { Cookie: cookie } });
  if (answer.status !== 200) throw new Error(`reading answered ${answer.status}`);
  await answer.arrayBuffer();
}
