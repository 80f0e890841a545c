/** Days, numbers and money the way Indonesians write them. */
import { dayAt } from '../domain/day.ts';
import type { Day, Instant, Zone } from '../domain/day.ts';

const LOCALE = 'id-ID';

const long = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeZone: 'UTC' });
// By its parts: the locale's own full style writes `03 Februari`.
const full = new Intl.DateTimeFormat(LOCALE, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const short = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const number = new Intl.NumberFormat(LOCALE);

// The abbreviations people use for the three zones.
const ABBREVIATIONS: Record<Zone, string> = {
  'Asia/Jakarta': 'WIB',
  'Asia/Makassar': 'WITA',
  'Asia/Jayapura': 'WIT',
};

/** `3 Februari 2025` */
export function formatDay(day: Day): string {
  return long.format(midnight(day));
}

/** `Senin, 3 Februari 2025` */
export function formatWeekday(day: Day): string {
  return full.format(midnight(day));
}

/** `3 Feb 2025` */
export function formatShortDay(day: Day): string {
  return short.format(midnight(day));
}

/** `3 Februari 2025 pukul 07.00 WITA` */
export function formatInstant(instant: Instant, zone: Zone): string {
  const time = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short', timeZone: zone });
  const day = formatDay(dayAt(instant, zone));
  return `${day} pukul ${time.format(instant)} ${ABBREVIATIONS[zone]}`;
}

/** `16.800` */
export function formatNumber(value: number | bigint): string {
  return number.format(value);
}

function midnight(day: Day): Date {
  return new Date(`${day}T00:00:00Z`);
}
