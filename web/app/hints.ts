/** What every feature reads again after a hint. */
import type { StaleAfter } from '../connection/live.ts';
import { agreementHints } from '../features/agreement/hints.ts';
import { calendarHints } from '../features/calendar/hints.ts';
import { clockHints } from '../features/clock/hints.ts';
import { mailHints } from '../features/mail/hints.ts';
import { officeHints } from '../features/office/hints.ts';

export const HINTS: readonly StaleAfter[] = [
  officeHints,
  calendarHints,
  agreementHints,
  mailHints,
  clockHints,
];
