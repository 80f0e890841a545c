/** What the pages have read about offices and read again after a hint. */
import type { StaleAfter } from '../../connection/live.ts';

export const officeHints: StaleAfter = { holder: () => [['holders']] };
