/** Waiting for what another process is about to do, without guessing how long it takes. */
import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until the answer is no longer undefined, and fails after the patience (ms). */
export async function eventually<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { within = 60_000, waitingFor = 'something' }: { within?: number; waitingFor?: string } = {},
): Promise<T> {
  const giveUpAt = performance.now() + within;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > giveUpAt) throw new Error(`waited ${within} ms for ${waitingFor}`);
    await pause(20);
  }
}
