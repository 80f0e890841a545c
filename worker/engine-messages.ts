/**
 * Delivers what PostgreSQL has decided and running workflows must learn. A message is a row that
 * was written in the transaction of the decision; it is delivered at least once and in order, and
 * whatever it sets going finds out by itself what is left to do.
 */
import type { Client } from '@temporalio/client';
import type { Logger } from '../config/log.ts';
import { reduced } from '../config/reduced-error.ts';
import type { Database } from '../prisma/connect.ts';
import { listen } from '../prisma/listen.ts';
import { longWorkQueue } from '../workflows/messages.ts';
import { REPLAN, replanId, rulesPublished } from '../workflows/calendar/messages.ts';

export type MessagesParts = {
  database: Database;
  /** The worker's connection, for announcements. */
  databaseUrl: string;
  client: Client;
  /** The entities' queue. */
  taskQueue: string;
  log: Logger;
};

export type Messages = { stop: () => Promise<void> };

/** How often (ms) to look when nothing is announced. */
const LOOK = 5_000;

/** How long (ms) Temporal may take to accept a message; the next look tries again. */
const PATIENCE = 5_000;

/** Messages that are read at a time. */
const BATCH = 100;

/** What becomes of each kind of message. */
type Kind = 'rules-published';
type Delivery = (parts: MessagesParts) => Promise<unknown>;
const DELIVERIES: Record<Kind, Delivery> = { 'rules-published': sendRoundOfReplanning };

const engine = { kind: 'engine' } as const;

/** Starts delivering and goes on until stopped; PostgreSQL and Temporal may come and go meanwhile. */
export function deliverMessages(parts: MessagesParts): Messages {
  const { databaseUrl, log } = parts;
  let stopped = false;
  let wake = () => {};
  const listener = listen(databaseUrl, {
    onAnnouncement: ({ topic }) => {
      if (topic === 'engine') wake();
    },
    onListening: () => wake(),
  });
  const delivering = keepDelivering();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await delivering;
      await listener.close();
    },
  };

  async function keepDelivering(): Promise<void> {
    while (!stopped) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const delivered = await deliverWaiting(parts).catch((error: unknown) => {
        log.warn({ error: reduced(error) }, 'messages to the engine could not be delivered');
        return 0;
      });
      if (delivered === BATCH) continue;
      const timer = setTimeout(() => wake(), LOOK);
      if (!stopped) await woken;
      clearTimeout(timer);
    }
  }
}

/** Delivers what waits; answers how many messages that were. */
async function deliverWaiting(parts: MessagesParts): Promise<number> {
  const { database } = parts;
  const waiting = await database.withActor(engine, (tx) =>
    tx.engineMessage.findMany({
      // A kind that only a newer release knows waits for its worker.
      where: { deliveredAt: null, kind: { in: Object.keys(DELIVERIES) } },
      orderBy: { id: 'asc' },
      take: BATCH,
    }),
  );
  for (const { id, kind } of waiting) {
    await DELIVERIES[kind as Kind](parts);
    await database.withActor(engine, (tx) =>
      tx.engineMessage.updateMany({
        where: { id, deliveredAt: null },
        data: { deliveredAt: new Date() },
      }),
    );
  }
  return waiting.length;
}

/** Starts a replanning, or sends the one that runs round once more. */
function sendRoundOfReplanning({ client, taskQueue }: MessagesParts): Promise<unknown> {
  return client.withDeadline(Date.now() + PATIENCE, () =>
    client.workflow.signalWithStart(REPLAN, {
      taskQueue: longWorkQueue(taskQueue),
      workflowId: replanId(taskQueue),
      signal: rulesPublished,
      signalArgs: [],
    }),
  );
}
