/** What the pages have read about mail and read again after a hint. */
import type { StaleAfter } from '../../connection/live.ts';

export const mailHints: StaleAfter = { outbox: () => [['outbox']] };
