/**
 * Calendar days and the zones they begin in. An agreement begins and ends on days, never at
 * instants; an instant is only needed to know how long to sleep and when a mail may leave.
 */

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

/** Milliseconds since 1970, on the business clock unless said otherwise. */
export type Instant = number;

/** The three Indonesian zones by their IANA names. */
export type Zone = 'Asia/Jakarta' | 'Asia/Makassar' | 'Asia/Jayapura';

/** A first and a last day, both included. */
export type Term = { start: Day; end: Day };

// WIB, WITA, WIT. Fixed offsets: Indonesia keeps no daylight saving time (IANA tz database).
const HOURS_AHEAD: Record<Zone, number> = {
  'Asia/Jakarta': 7,
  'Asia/Makassar': 8,
  'Asia/Jayapura': 9,
};

/** Every zone there is, for forms and checks. */
export const ZONES = Object.keys(HOURS_AHEAD) as Zone[];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Whether the text is a day that exists: `2024-02-29` is one, `2023-02-29`, `2024-13-01` and
 * anything in a year 0 are not.
 */
export function isDay(text: string): boolean {
  const looksLikeOne = /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(text);
  return looksLikeOne && !Number.isNaN(midnightUtc(text)) && addDays(text, 0) === text;
}

/** The day so many days later (earlier when negative). */
export function addDays(day: Day, days: number): Day {
  return new Date(midnightUtc(day) + days * DAY).toISOString().slice(0, 10);
}

/** Days from one day to another; negative when `to` comes first. */
export function daysBetween(from: Day, to: Day): number {
  return (midnightUtc(to) - midnightUtc(from)) / DAY;
}

/** The instant at which a day begins in its zone, or the given hour of it. */
export function openingOf(day: Day, zone: Zone, hour = 0): Instant {
  return midnightUtc(day) + (hour - HOURS_AHEAD[zone]) * HOUR;
}

/** The day that an instant falls on in a zone. */
export function dayAt(instant: Instant, zone: Zone): Day {
  return new Date(instant + HOURS_AHEAD[zone] * HOUR).toISOString().slice(0, 10);
}

/** The year of a day, which for APBD money is its budget year (UU 17/2003 Ps. 4). */
export function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

/** The later of two days. */
export function later(one: Day, other: Day): Day {
  return one > other ? one : other;
}

/** The earlier of two days. */
export function earlier(one: Day, other: Day): Day {
  return one < other ? one : other;
}

/** Whether every day of `inner` lies in `outer`. */
export function liesWithin(inner: Term, outer: Term): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function midnightUtc(day: Day): Instant {
  return Date.parse(`${day}T00:00:00Z`);
}
