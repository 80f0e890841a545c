/** Moving the clock of a training installation: by what names, and by which activity. */
import type { UserId } from '../../domain/shared/ids.ts';
import type { Day } from '../../domain/shared/day.ts';

/** The name under which the clock of a training installation is moved. */
export const ADVANCE_CLOCK = 'advanceClock';

/** One move at a time for the installation whose entities have this queue. */
export function advanceClockId(taskQueue: string): string {
  return `advance-clock/${taskQueue}`;
}

/** Where and by whom the clock is to be moved. */
export type ClockMove = { from: Day; to: Day; userId: UserId; requestId: string };

/** What the workflow asks of the world. */
export type ClockActivities = {
  /** Moves the business clock to the morning of a day. */
  advanceClock: (move: ClockMove) => Promise<void>;
};
