/**
 * What PostgreSQL announces, shared by one listening connection per process: waiters for a
 * recording, and whoever streams changes to open pages.
 */
import type { Announcement } from '../../prisma/listen.ts';
import { listen } from '../../prisma/listen.ts';

export type Announcements = {
  /** Calls back at each announcement, and with null when some may have been missed. */
  subscribe: (onHeard: (heard: Announcement | null) => void) => () => void;
  close: () => Promise<void>;
};

/** How often (ms) everybody looks for themselves while the connection gives no heartbeat. */
const LOOK_UNHEARD = 3_000;

/** Opens the process's listening connection; it is asked for a heartbeat every so often (ms). */
export function hearAnnouncements(url: string, pingEvery?: number): Announcements {
  const subscribers = new Set<(heard: Announcement | null) => void>();
  const tell = (heard: Announcement | null) => {
    for (const subscriber of subscribers) subscriber(heard);
  };
  const handlers = { onAnnouncement: tell, onListening: () => tell(null) };
  const listener = listen(url, handlers, pingEvery);
  const looking = setInterval(() => {
    if (!listener.hears()) tell(null);
  }, LOOK_UNHEARD);
  return {
    subscribe(onHeard) {
      subscribers.add(onHeard);
      return () => subscribers.delete(onHeard);
    },
    close: () => {
      clearInterval(looking);
      return listener.close();
    },
  };
}

/** How often to ask in case nobody listens, in milliseconds. */
const ASK_AGAIN = 500;

/**
 * Asks until there is an answer: at once or, where given, when `firstAfter` resolves; whenever
 * something about this subject may have been announced; and now and then in case nobody listens.
 * Answers undefined when the signal came first.
 */
export async function awaitRecording<T>(
  announcements: Announcements,
  subjectId: string | null,
  ask: () => Promise<T | undefined>,
  { signal, firstAfter }: { signal: AbortSignal; firstAfter?: Promise<unknown> },
): Promise<T | undefined> {
  let wake = () => {};
  let heard = Promise.resolve();
  const listenAgain = () => (heard = new Promise((resolve) => (wake = resolve)));
  if (firstAfter) {
    void listenAgain();
    firstAfter.then(
      () => wake(),
      () => undefined,
    );
  }
  const unsubscribe = announcements.subscribe((said) => {
    if (said === null || said.subjectId === subjectId) wake();
  });
  const giveUp = () => wake();
  signal.addEventListener('abort', giveUp);
  try {
    for (;;) {
      const timer = setTimeout(() => wake(), ASK_AGAIN);
      await heard;
      clearTimeout(timer);
      if (signal.aborted) return undefined;
      void listenAgain();
      const answer = await ask();
      if (answer !== undefined) return answer;
    }
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', giveUp);
  }
}
