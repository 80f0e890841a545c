/** PostgreSQL's announcements, over a connection of their own that is opened again when it breaks. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** What was announced: a topic and the id of its subject, when it has one. */
export type Announcement = { topic: string; subjectId: string | null };

export type Listener = { close: () => Promise<void> };

/**
 * Listens for as long as it is not closed. `onListening` is called each time the connection
 * stands: whatever was announced before may have been missed.
 */
export function listen(
  url: string,
  handlers: { onAnnouncement: (heard: Announcement) => void; onListening: () => void },
): Listener {
  const closing = new AbortController();
  const listening = keepListening();
  return {
    close: async () => {
      closing.abort();
      await listening;
    },
  };

  async function keepListening(): Promise<void> {
    while (!closing.signal.aborted) {
      const client = new pg.Client({ connectionString: url, keepAlive: true });
      await untilBroken(client).catch(() => undefined);
      await client.end().catch(() => undefined);
      await pause(250, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  async function untilBroken(client: pg.Client): Promise<void> {
    let giveUp = () => {};
    const broken = new Promise<void>((resolve) => (giveUp = resolve));
    // A server that stops says so first and breaks the connection after: more than one error.
    client.on('error', giveUp);
    client.once('end', giveUp);
    client.on('notification', ({ payload = '' }) => {
      const [topic = '', subjectId] = payload.split(':');
      handlers.onAnnouncement({ topic, subjectId: subjectId || null });
    });
    closing.signal.addEventListener('abort', giveUp, { once: true });
    try {
      await client.connect();
      await client.query('listen mapalus');
      handlers.onListening();
      await broken;
    } finally {
      closing.signal.removeEventListener('abort', giveUp);
    }
  }
}
