/**
 * What other users of the machine, pages in a browser and the parts themselves may see of an
 * installation that `npm start` runs: of files, of secrets, of Temporal.
 */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVING_ROLES, urlOf } from '../../prisma/roles.ts';
import { aStartingPlace } from '../support/started-here.ts';
import type { StartingPlace } from '../support/started-here.ts';

const METRICS_TOKEN = 'for the numbers of this test only';

let place: StartingPlace;
beforeAll(async () => {
  place = await aStartingPlace({ METRICS_TOKEN, ADMIN_PASSWORD: 'kata sandi dari pengaturan' });
  await place.start();
});
afterAll(() => place.remove());

test('lets no page of a browser speak with Temporal under a foreign name', async () => {
  const ports = listeningPorts(place.noted().pids['Temporal'] ?? 0);
  const answers = await Promise.all(
    ports.flatMap((port) =>
      ['/', '/namespaces', '/api/v1/namespaces'].map((where) =>
        answerTo('elsewhere.example', port, where),
      ),
    ),
  );

  // Its doors for programs, for metrics, and the one for HTTP, which alone knows this refusal.
  expect(ports.length).toBeGreaterThan(2);
  expect(answers.filter((answer) => /"namespaceInfo"|<html/i.test(answer))).toEqual([]);
  expect(answers.filter((answer) => answer.includes('Host not allowed'))).not.toEqual([]);
});

test('gives each process the secrets that it works with, and no others', () => {
  const { pids, env } = place.noted();
  const owner = new URL(env['DATABASE_URL'] ?? '');
  const secrets = {
    'the secret': env['MAPALUS_SECRET'] ?? '',
    'the owner': owner.password,
    ...Object.fromEntries(
      SERVING_ROLES.map((role) => {
        const url = urlOf(role, owner.href, env['MAPALUS_SECRET'] ?? '');
        return [role, new URL(url).password];
      }),
    ),
    'the first account': 'kata sandi dari pengaturan',
    'the numbers': METRICS_TOKEN,
    'the mail server': new URL(env['SMTP_URL'] ?? '').host,
  };

  const held = Object.entries(pids).map(([part, pid]) => {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    const all = Object.entries(secrets).filter(([, value]) => environment.includes(value));
    return [part, all.map(([name]) => name)];
  });

  expect(Object.fromEntries(held)).toEqual({
    PostgreSQL: [],
    Temporal: [],
    'the mailbox': ['the mail server'],
    'the worker': ['mapalus_worker', 'the numbers', 'the mail server'],
    'the API': ['the secret', 'mapalus_auth', 'mapalus_app', 'the numbers'],
  });
});

test('keeps its folder from every other user of the machine', () => {
  expect(entriesOf(place.folder).length).toBeGreaterThan(20);
  expect(entriesOf(place.folder).filter(({ mode }) => (mode & 0o066) !== 0)).toEqual([]);
});

/** Everything in a folder and below it, with its rights. */
function entriesOf(folder: string): { place: string; mode: number }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((each) => {
    // What works here may take its own files away at any moment.
    const stat = statSync(path.join(folder, each), { throwIfNoEntry: false });
    return stat ? [{ place: each, mode: stat.mode & 0o777 }] : [];
  });
}

/** Where a process of this machine listens, by what Linux knows of its sockets. */
function listeningPorts(pid: number): number[] {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  const LISTENS = '0A';
  return ['tcp', 'tcp6'].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => {
        return state === LISTENS && links.includes(`socket:[${inode}]`);
      })
      .map(([, address = '']) => parseInt(address.split(':')[1] ?? '', 16)),
  );
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

/** What is answered to somebody who asks under this name; nothing by those who speak no HTTP. */
function answerTo(host: string, port: number, where: string): Promise<string> {
  return new Promise((resolve) => {
    const asking = request(
      { host: '127.0.0.1', port, path: where, headers: { host } },
      (answer) => void text(answer).then(resolve, () => resolve('')),
    );
    asking.setTimeout(5_000, () => asking.destroy());
    asking.once('error', () => resolve(''));
    asking.end();
  });
}
