/** PostgreSQL's announcements, over a connection of their own that is opened again when it breaks. */
import { setTimeout as pause } from 'node:timers/promises';
import { connectWatched, PING_EVERY } from './watched-connection.ts';

/** What was announced: a topic and the id of its subject, when it has one. */
export type Announcement = { topic: string; subjectId: string | null };

export type Listener = {
  /** Whether the connection has lately shown that it stands. */
  hears: () => boolean;
  close: () => Promise<void>;
};

/**
 * Listens for as long as it is not closed. `onListening` is called each time the connection
 * stands: whatever was announced before may have been missed.
 */
export function listen(
  url: string,
  handlers: { onAnnouncement: (heard: Announcement) => void; onListening: () => void },
  pingEvery = PING_EVERY,
): Listener {
  const closing = new AbortController();
  const closed = new Promise<void>((resolve) => {
    closing.signal.addEventListener('abort', () => resolve());
  });
  let lastSign = () => -Infinity;
  const listening = keepListening();
  return {
    // Signs come every `pingEvery` and take their time to arrive.
    hears: () => performance.now() - lastSign() < 1.2 * pingEvery,
    close: async () => {
      closing.abort();
      await listening;
    },
  };

  async function keepListening(): Promise<void> {
    while (!closing.signal.aborted) {
      await untilLost().catch(() => undefined);
      await pause(250, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  async function untilLost(): Promise<void> {
    const connection = await connectWatched(url, pingEvery);
    try {
      connection.client.on('notification', ({ payload = '' }) => {
        const [topic = '', subjectId] = payload.split(':');
        handlers.onAnnouncement({ topic, subjectId: subjectId || null });
      });
      await connection.client.query('listen mapalus');
      ({ lastSign } = connection);
      handlers.onListening();
      await Promise.race([connection.lost, closed]);
    } finally {
      lastSign = () => -Infinity;
      await connection.close();
    }
  }
}
