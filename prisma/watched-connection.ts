/**
 * Connections of their own to PostgreSQL, for what a pool cannot do: listening and holding locks.
 * A firewall may drop one without a word to either end, so each is asked for a heartbeat every
 * few seconds and given up when none comes.
 */
import { Socket } from 'node:net';
import pg from 'pg';

export type WatchedConnection = {
  client: pg.Client;
  /** Resolves when the connection is gone, however silently. */
  lost: Promise<void>;
  /** When PostgreSQL last gave a heartbeat, by `performance.now()`. */
  lastSign: () => number;
  close: () => Promise<void>;
};

/** How often (ms) to ask for a heartbeat. One that stays out until the next is the end. */
export const PING_EVERY = 5_000;

/** Connects, or rejects when that takes longer than a heartbeat may. */
export async function connectWatched(
  url: string,
  pingEvery = PING_EVERY,
): Promise<WatchedConnection> {
  // Our own socket: closing the client in order would wait for an answer that never comes.
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    stream: () => socket,
    connectionTimeoutMillis: Math.max(pingEvery, 1_000),
    keepAlive: true,
    keepAliveInitialDelayMillis: pingEvery,
  });
  const lost = new Promise<void>((resolve) => {
    // A server that stops says so first and breaks the connection after: more than one error.
    client.on('error', () => resolve());
    client.once('end', () => resolve());
  });
  void lost.then(() => socket.destroy());
  await client.connect().catch((error: unknown) => {
    socket.destroy();
    throw error;
  });

  let lastSign = performance.now();
  let asked = false;
  const pinging = setInterval(() => {
    if (asked) return void socket.destroy();
    asked = true;
    client.query('select 1').then(
      () => {
        asked = false;
        lastSign = performance.now();
      },
      () => undefined,
    );
  }, pingEvery);
  void lost.then(() => clearInterval(pinging));
  return {
    client,
    lost,
    lastSign: () => lastSign,
    close: async () => {
      clearInterval(pinging);
      const given = setTimeout(() => socket.destroy(), 1_000);
      await client.end().catch(() => undefined);
      clearTimeout(given);
    },
  };
}
