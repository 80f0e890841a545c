/** What the pages have read about the day and read again after a hint. */
import type { StaleAfter } from '../../connection/live.ts';

export const clockHints: StaleAfter = { clock: () => [['clock'], ['session']] };
