/** Who can reach what runs here: by default the machine itself, and nobody else. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../local/port.ts';
import { aStartingPlace } from '../support/started-here.ts';
import type { StartingPlace } from '../support/started-here.ts';

describe('what `npm start` brings', () => {
  let place: StartingPlace;
  let workerPort: number;
  beforeAll(async () => {
    workerPort = await freePort();
    place = await aStartingPlace({ WORKER_PORT: String(workerPort) });
  });
  afterAll(() => place.remove());

  test('listens on the loopback address, every part of it', async () => {
    const running = await place.start();

    const listening = listeningHere();
    await running.end('SIGTERM');

    // PostgreSQL, Temporal, mailbox, API and worker, at least.
    expect(listening.length).toBeGreaterThanOrEqual(5);
    expect(listening.filter(({ isLoopback }) => !isLoopback)).toEqual([]);
  });

  test('is open to other machines by `HOST`: API and worker, and nothing beside them', async () => {
    const running = await place.start({ HOST: '0.0.0.0' });

    const open = listeningHere().filter(({ isLoopback }) => !isLoopback);
    await running.end('SIGTERM');

    expect(open.map(({ port }) => port).sort()).toEqual([place.port, workerPort].sort());
  });

  test('says so in a sentence when `HOST` is no address of the machine', async () => {
    const { said, code } = await place.startInVain({ HOST: '192.0.2.1' });

    expect(said).toContain('HOST names 192.0.2.1, which is no address of this machine.');
    expect(code).toBe(1);
  });

  function listeningHere(): Listening[] {
    return Object.values(place.noted().pids).flatMap(listeningOf);
  }
});

type Listening = { port: number; isLoopback: boolean };

// By what Linux knows: the sockets that a process holds, and how the system has them listed.
function listeningOf(pid: number): Listening[] {
  const held = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        return undefined;
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && held.has(inode))
      .map(([, local = '']) => {
        const [address = '', port = ''] = local.split(':');
        return { port: Number.parseInt(port, 16), isLoopback: LOOPBACK.test(address) };
      }),
  );
}

// As the kernel writes them: 127.x.x.x, ::1, and the first within the second's notation.
const LOOPBACK = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;
