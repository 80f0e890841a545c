/**
 * One stream of hints per browser tab: which agreement, mail or clock changed, as ids. Resumed by
 * Last-Event-ID, in the order of commits, and filtered by row policies when it is sent.
 */
import type { Request, RequestHandler, Response } from 'express';
import type { ApiParts } from '../parts.ts';
import type { Principal } from '../http/principal.ts';
import { policyGate } from '../http/router.ts';
import type { Gate, RouterParts } from '../http/router.ts';
import { defineRoute } from '../http/route.ts';
import { Refused } from '../http/problems.ts';

/** The stream's access, in the same words as every other route's. */
export const streamRoute = defineRoute({
  operationId: 'streamEvents',
  method: 'get',
  path: '/events',
  summary: 'Server-sent events: what changed, by id.',
  access: 'signed-in',
  answer: { status: 200 },
});

/** How often a silent stream shows that it is alive, and its session is looked at again. */
const HEARTBEAT = 25_000;

// A hint of a later commit can become visible only after an older transaction has ended.
const LOOK_AGAIN = [0, 200, 1_000, 3_000];

/** How often to look while an older transaction holds hints back. */
const LOOK_WHILE_HELD = 1_000;

/** Hints read at once. */
const MOST_HINTS = 500;

/** Streams one person may hold open at a time; tabs beyond it are told to come back later. */
const MOST_PER_USER = 20;

const open = new Map<string, number>();
const streams = new Set<Response>();

/** Ends every open stream; pages open theirs again where they can. */
export function endStreams(): void {
  for (const stream of streams) stream.end();
}

export type StreamOptions = { gate?: Gate; heartbeat?: number };

export function eventStream(
  { database, announcements }: ApiParts,
  authenticate: RouterParts['authenticate'],
  { gate = policyGate, heartbeat = HEARTBEAT }: StreamOptions = {},
): RequestHandler {
  return async (req, res) => {
    const principal = await authenticate(req.headers);
    req.principal = principal;
    gate(streamRoute, principal);
    if (!principal) throw new Refused('NotSignedIn');
    const { userId } = principal;
    const count = open.get(userId) ?? 0;
    if (count >= MOST_PER_USER) throw new Refused('Unavailable');

    // Before anything is waited for again: the page may be closed in the meantime.
    open.set(userId, count + 1);
    const undo: (() => unknown)[] = [() => open.set(userId, (open.get(userId) ?? 1) - 1)];
    const close = () => {
      for (const each of undo.splice(0)) each();
    };
    res.once('close', close);
    if (res.closed) return close();

    let caller = principal;
    let position = await beginning(principal, resumedAt(req));
    if (res.closed) return;
    streams.add(res);
    begin(res, position);
    let looking = Promise.resolve();
    const timers = new Set<NodeJS.Timeout>();
    const look = () => {
      looking = looking.then(send).catch(() => void res.end());
    };
    const lookIn = (delays: readonly number[]) => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      for (const delay of delays) timers.add(setTimeout(look, delay));
    };
    const unsubscribe = announcements.subscribe((heard) => {
      // Another business day: other roles may hold.
      if (heard?.topic === 'clock') {
        looking = looking.then(async () => void (await authenticateAgain()));
      }
      lookIn(LOOK_AGAIN);
    });
    const beating = setInterval(() => void beat(), heartbeat);
    undo.push(
      () => streams.delete(res),
      unsubscribe,
      () => clearInterval(beating),
      () => lookIn([]),
    );
    look();

    async function send(): Promise<void> {
      const { hints, held } = await since(caller, position);
      for (const { xid, seq, topic, subjectId } of hints) {
        position = { xid, seq };
        res.write(
          `id: ${xid}.${seq}\nevent: ${topic}\ndata: ${JSON.stringify({ id: subjectId })}\n\n`,
        );
      }
      if (res.closed) return;
      if (hints.length === MOST_HINTS) look();
      else if (held) timers.add(setTimeout(look, LOOK_WHILE_HELD));
    }

    async function beat(): Promise<void> {
      if (await authenticateAgain()) res.write(': still here\n\n');
      else res.end();
    }

    /** Whether the session still holds; one that cannot be looked at now is taken as before. */
    async function authenticateAgain(): Promise<boolean> {
      const still = await authenticate(req.headers).catch(() => caller);
      caller = still ?? caller;
      return still !== null;
    }
  };

  // Where the page stopped, or the present; never beyond it, as after PostgreSQL was restored
  // elsewhere and counts its transactions afresh.
  function beginning({ actor }: Principal, resumed: Position | undefined): Promise<Position> {
    return database.withActor(actor, async (tx) => {
      const [row] = await tx.$queryRaw<{ xid: string; isPast: boolean }[]>`
        select pg_snapshot_xmin(pg_current_snapshot())::text as xid,
          ${resumed?.xid ?? null}::xid8 < pg_snapshot_xmax(pg_current_snapshot()) as "isPast"`;
      return resumed && row?.isPast ? resumed : { xid: row?.xid ?? '0', seq: '0' };
    });
  }

  /** The hints that are ready, and whether others wait for an older transaction to end. */
  function since(
    { actor }: Principal,
    { xid, seq }: Position,
  ): Promise<{ hints: Hint[]; held: boolean }> {
    return database.withActor(actor, async (tx) => {
      const [waiting] = await tx.$queryRaw<{ held: boolean }[]>`
        select exists (select 1 from change_event
          where xid >= pg_snapshot_xmin(pg_current_snapshot())) as held`;
      const hints = await tx.$queryRaw<Hint[]>`
        select xid::text, seq::text, topic, subject_id as "subjectId" from change_event
        where (xid, seq) > (${xid}::xid8, ${seq}::bigint)
          and xid < pg_snapshot_xmin(pg_current_snapshot())
        order by change_event.xid, change_event.seq limit ${MOST_HINTS}`;
      return { hints, held: waiting?.held ?? false };
    });
  }
}

type Position = { xid: string; seq: string };
type Hint = Position & { topic: string; subjectId: string | null };

function resumedAt(req: Request): Position | undefined {
  const [, xid, seq] = /^(\d{1,19})\.(\d{1,18})$/.exec(req.get('last-event-id') ?? '') ?? [];
  return xid !== undefined && seq !== undefined ? { xid, seq } : undefined;
}

// The place is told at once: a page that is cut off before its first hint goes on from there.
function begin(res: Response, { xid, seq }: Position): void {
  res.status(200).set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    // Proxies must not collect what is meant to arrive now.
    'X-Accel-Buffering': 'no',
  });
  res.flushHeaders();
  res.write(`retry: 2000\nid: ${xid}.${seq}\n\n`);
}
