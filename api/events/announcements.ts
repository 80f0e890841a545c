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

/** Opens the process's listening connection. */
export function hearAnnouncements(url: string): Announcements {
  const subscribers = new Set<(heard: Announcement | null) => void>();
  const tell = (heard: Announcement | null) => {
    for (const subscriber of subscribers) subscriber(heard);
  };
  const listener = listen(url, { onAnnouncement: tell, onListening: () => tell(null) });
  return {
    subscribe(onHeard) {
      subscribers.add(onHeard);
      return () => subscribers.delete(onHeard);
    },
    close: () => listener.close(),
  };
}

/**
 * Asks until there is an answer: at once, then whenever something about this subject may have
 * been announced, and now and then in case nobody listens. Answers undefined when it took too long.
 */
export async function awaitRecording<T>(
  announcements: Announcements,
  subjectId: string | null,
  ask: () => Promise<T | undefined>,
  patience: number,
): Promise<T | undefined> {
  const deadline = Date.now() + patience;
  let wake = () => {};
  const unsubscribe = announcements.subscribe((heard) => {
    if (heard === null || heard.subjectId === subjectId) wake();
  });
  try {
    while (Date.now() < deadline) {
      const heard = new Promise<void>((resolve) => (wake = resolve));
      const answer = await ask();
      if (answer !== undefined) return answer;
      await Promise.race([heard, until(Math.min(deadline, Date.now() + 500))]);
    }
    return undefined;
  } finally {
    unsubscribe();
  }
}

function until(instant: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, instant - Date.now()).unref());
}
