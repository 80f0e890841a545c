/**
 * How much one person may ask at once and within a minute, so that nobody waits for somebody else. What
 * comes at once waits in line; what is beyond the line or the minute is refused, and when to come back is said.
 */
import type { Request, Response } from 'express';
import { Refused } from './problems.ts';
import type { Route } from './route.ts';

/** Limits of one person: requests under way at once, and requests a minute. */
export type AdmissionLimits = { atOnce: number; perMinute: number };

/** Lets a request in, at once or after those before it; answers what to call when it is over. */
export type Admit = (userId: string, isHeavy: boolean, res: Response) => Promise<() => void>;

/** Requests of one person that wait for their turn. A page of ours asks for a dozen at once. */
const MOST_IN_LINE = 40;

/** A heavy request counts as so many in the minute. */
const HEAVY = 5;

/** At work it takes so many places: all of them, unless a setting gives a person more. */
const HEAVY_PLACES = 6;

/** Bodies from this many bytes on are heavy, whatever they are for. */
const LARGE_BODY = 8_192;

const MINUTE = 60_000;

type Waiting = { size: number; res: Response; begin: () => void };
type Person = { underWay: number; line: Waiting[]; left: number; countedAt: number };

/** Whether a request costs many times what others cost: by its route, a search in it, or its length. */
export function isHeavy({ heavy }: Route, req: Request): boolean {
  const length = Number(req.get('content-length') ?? (req.get('transfer-encoding') ? Infinity : 0));
  return heavy === true || 'q' in req.query || length > LARGE_BODY;
}

/** Counts people by these limits; `clock` (ms) is another one in tests only. */
export function createAdmission(
  { atOnce, perMinute }: AdmissionLimits,
  clock: () => number = () => performance.now(),
): Admit {
  const people = new Map<string, Person>();
  let sweptAt = clock();

  return async (userId, heavy, res) => {
    const person = counted(userId);
    const cost = heavy ? Math.min(HEAVY, perMinute) : 1;
    if (person.left < cost) {
      const seconds = Math.ceil(((cost - person.left) * 60) / perMinute);
      throw new Refused('TooManyRequests', { seconds });
    }
    if (person.line.length >= MOST_IN_LINE) throw new Refused('TooManyRequests', { seconds: 1 });
    person.left -= cost;
    const size = heavy ? Math.min(atOnce, HEAVY_PLACES) : 1;
    await new Promise<void>((begin) => {
      person.line.push({ size, res, begin });
      callNext(person);
    });
    return () => {
      person.underWay -= size;
      callNext(person);
    };
  };

  // First come, first served: otherwise light requests would pass a heavy one for ever. Requests whose caller has
  // hung up while waiting are dropped.
  function callNext(person: Person): void {
    for (;;) {
      const [next] = person.line;
      if (!next) return;
      if (!next.res.closed) {
        if (person.underWay + next.size > atOnce) return;
        person.underWay += next.size;
        next.begin();
      }
      person.line.shift();
    }
  }

  function counted(userId: string): Person {
    const now = clock();
    if (now - sweptAt > MINUTE) sweep(now);
    const known = people.get(userId);
    if (!known) {
      const person = { underWay: 0, line: [], left: perMinute, countedAt: now };
      people.set(userId, person);
      return person;
    }
    known.left = Math.min(perMinute, known.left + ((now - known.countedAt) * perMinute) / MINUTE);
    known.countedAt = now;
    return known;
  }

  function sweep(now: number): void {
    sweptAt = now;
    for (const [userId, { underWay, countedAt }] of people) {
      if (underWay === 0 && now - countedAt > MINUTE) people.delete(userId);
    }
  }
}
