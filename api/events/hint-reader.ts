/**
 * The one reader of hints in a process, for all open streams together. It reads what is new, asks
 * once who may see it, and moves every stream on, also past what its user may not see.
 */
import { dayAt } from '../../domain/shared/day.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import type { Database, Tx } from '../../prisma/connect.ts';
import { INSTALLATION_ZONE } from '../http/principal.ts';
import type { Announcements } from './announcements.ts';

/** A place in the order of commits. */
export type Place = { xid: string; seq: string };

/** That something changed: a topic and the id of its subject, when it has one. */
export type Hint = Place & { topic: string; subjectId: string | null };

/** An open stream: whose it is, how far it has come, and how it is told. */
export type Stream = {
  userId: UserId;
  place: Place;
  tell: (hints: readonly Hint[]) => unknown;
  end: () => void;
};

/** Milliseconds in which announcements are collected before anything is read. */
const COLLECT = 200;

/** Milliseconds until the next look while an older transaction holds hints back. */
const LOOK_WHILE_HELD = 250;

/** Hints read at once. */
const MOST_HINTS = 5_000;

/** Begins to read as soon as a stream is followed, and asks nothing while none is. */
export function createHintReader(database: Database, announcements: Announcements) {
  const streams = new Set<Stream>();
  let unsubscribe = () => {};
  let next: { at: number; timer: NodeJS.Timeout } | undefined;
  let isReading = false;

  return {
    /** Tells this stream what its user may see, until the answered function is called. */
    follow(stream: Stream): () => void {
      if (streams.size === 0) unsubscribe = announcements.subscribe(() => readIn(COLLECT));
      streams.add(stream);
      readIn(0);
      return () => {
        streams.delete(stream);
        if (streams.size === 0) rest();
      };
    },
  };

  function readIn(delay: number): void {
    const at = performance.now() + delay;
    if (next && next.at <= at) return;
    clearTimeout(next?.timer);
    next = { at, timer: setTimeout(() => void read(), delay) };
  }

  function rest(): void {
    unsubscribe();
    clearTimeout(next?.timer);
    next = undefined;
  }

  async function read(): Promise<void> {
    next = undefined;
    if (isReading) return readIn(COLLECT);
    isReading = true;
    try {
      await moveOn();
    } catch {
      // Pages open their streams again as soon as PostgreSQL answers.
      for (const stream of streams) stream.end();
    } finally {
      isReading = false;
    }
  }

  // Those who are furthest wait for nobody who comes from far behind.
  async function moveOn(): Promise<void> {
    const ahead = [...streams].reduce<Place | undefined>(
      (far, { place }) => (far && !isBefore(far, place) ? far : place),
      undefined,
    );
    if (!ahead) return;
    const behind = [...streams].filter(({ place }) => isBefore(place, ahead));
    const isHeld = await tell([...streams].filter((stream) => !behind.includes(stream)));
    const isHeldBehind = await tell(behind.filter((stream) => streams.has(stream)));
    if (streams.size > 0 && (isHeld || isHeldBehind)) readIn(LOOK_WHILE_HELD);
  }

  /** Tells these streams what comes next; answers whether a transaction holds hints back. */
  async function tell(told: readonly Stream[]): Promise<boolean> {
    const [first, ...others] = told;
    if (!first) return false;
    const from = others.reduce(
      (least, { place }) => (isBefore(place, least) ? place : least),
      first.place,
    );
    const users = [...new Set(told.map(({ userId }) => userId))];
    const { hints, isFull, isHeld, seen } = await readAfter(database, from, users);
    const end = hints.at(-1);
    for (const stream of told) {
      if (!streams.has(stream) || !end) continue;
      const mine = seen.get(stream.userId);
      const fresh = hints.filter((hint) => mine?.has(hint.seq) && isBefore(stream.place, hint));
      if (isBefore(stream.place, end)) stream.place = { xid: end.xid, seq: end.seq };
      if (fresh.length > 0) stream.tell(fresh);
    }
    if (isFull) readIn(0);
    return isHeld;
  }
}

type Reading = {
  hints: Hint[];
  isFull: boolean;
  isHeld: boolean;
  /** By user, the numbers of the hints that row policies show them. */
  seen: Map<string, Set<string>>;
};

/** Reads what stands after a place, and who of these users may see it. */
async function readAfter(
  database: Database,
  { xid, seq }: Place,
  users: readonly UserId[],
): Promise<Reading> {
  return database.withActor({ kind: 'engine' }, async (tx) => {
    const [row] = await tx.$queryRaw<Omit<Reading, 'seen'>[]>`
      select hints, is_full as "isFull", is_held as "isHeld"
      from hints_after(${xid}::xid8, ${seq}::bigint, ${MOST_HINTS}::int)`;
    const reading = row ?? { hints: [], isFull: false, isHeld: false };
    return { ...reading, seen: await seenBy(tx, users, reading.hints) };
  });
}

async function seenBy(
  tx: Tx,
  users: readonly UserId[],
  hints: readonly Hint[],
): Promise<Reading['seen']> {
  if (hints.length === 0) return new Map();
  const { clockOffset } = await tx.installation.findUniqueOrThrow({ where: { id: 1 } });
  const today = dayAt(Date.now() + Number(clockOffset), INSTALLATION_ZONE);
  const groups = await tx.$queryRaw<{ users: string[]; seqs: string[] }[]>`
    select users, seqs::text[] from hints_seen(
      ${users}::text[], ${today}::date, ${hints.map((hint) => hint.seq)}::text[]::bigint[])`;
  return new Map(
    groups.flatMap(({ users: alike, seqs }) => {
      const numbers = new Set(seqs);
      return alike.map((user) => [user, numbers] as const);
    }),
  );
}

function isBefore(one: Place, other: Place): boolean {
  if (one.xid !== other.xid) return BigInt(one.xid) < BigInt(other.xid);
  return BigInt(one.seq) < BigInt(other.seq);
}
