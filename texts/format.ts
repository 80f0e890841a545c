/** Days, numbers and money the way Indonesians write them. */
import { dayAt, isDay } from '../domain/shared/day.ts';
import type { Day, Instant, Zone } from '../domain/shared/day.ts';

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
const monthName = new Intl.DateTimeFormat(LOCALE, { month: 'long', timeZone: 'UTC' });
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

/** A text with its first letter as at the beginning of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(LOCALE) + text.slice(1);
}

/**
 * The day that somebody typed: `3 Februari 2025`, `3 feb 2025`, `3/2/2025`, `3-2-25` or
 * `2025-02-03`. Null for what is no day; the order is always day, month, year.
 */
export function parseDay(typed: string): Day | null {
  const text = typed.trim().toLowerCase();
  if (isDay(text)) return text;
  const [, day = '', month = '', year = ''] =
    /^(\d{1,2})[\s./-]+([\d\p{L}]+)[\s./-]+(\d{2}|\d{4})$/u.exec(text) ?? [];
  const number = /^\d+$/.test(month) ? Number(month) : monthNamed(month);
  const century = year.length === 2 ? `20${year}` : year;
  const parsed = `${century}-${String(number).padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(parsed) ? parsed : null;
}

// A name, or its beginning when no other month begins so.
function monthNamed(beginning: string): number {
  const names = Array.from({ length: 12 }, (_, at) =>
    monthName.format(new Date(Date.UTC(2000, at, 1))).toLowerCase(),
  );
  const found = names.filter((name) => beginning.length >= 3 && name.startsWith(beginning));
  return found.length === 1 ? names.indexOf(found[0] ?? '') + 1 : 0;
}

function midnight(day: Day): Date {
  return new Date(`${day}T00:00:00Z`);
}
