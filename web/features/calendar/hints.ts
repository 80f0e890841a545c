/** What the pages have read about reminders and read again after a hint. */
import type { StaleAfter } from '../../connection/live.ts';

export const calendarHints: StaleAfter = { policy: () => [['policies']] };
