/**
 * One stream of hints per browser tab: which agreement, mail or clock changed, as ids. Resumed by
 * Last-Event-ID, in the order of commits, and filtered by row policies when it is sent.
 */
import type { Request, RequestHandler, Response } from 'express';
import type { ApiParts } from '../parts.ts';
import type { Principal } from '../principal.ts';
import { policyGate } from '../router.ts';
import type { Gate, RouterParts } from '../router.ts';
import { defineRoute } from '../contract/route.ts';
import { Refused } from '../problems.ts';

/** The stream's access, in the same words as every other route's. */
export const streamRoute = defineRoute({
  operationId: 'streamEvents',
  method: 'get',
  path: '/events',
  summary: 'Server-sent events: what changed, by id.',
  access: 'signed-in',
  answer: { status: 200 },
});

/** How often a silent stream shows that it lives, and its session is looked at again. */
const HEARTBEAT = 25_000;

// A hint of a later commit can become visible only after an older transaction has ended.
const LOOK_AGAIN = [0, 200, 1_000, 3_000];

/** Streams one person may hold open at a time; tabs beyond it are told to come back later. */
const MOST_PER_USER = 20;

const open = new Map<string, number>();
const streams = new Set<Response>();

/** Ends every open stream; pages open theirs again where they can. */
export function endStreams(): void {
  for (const stream of streams) stream.end();
}

export function eventStream(
  { database, announcements }: ApiParts,
  recognise: RouterParts['recognise'],
  gate: Gate = policyGate,
): RequestHandler {
  return async (req, res) => {
    const principal = await recognise(req.headers);
    req.principal = principal;
    gate(streamRoute, principal);
    if (!principal) throw new Refused('NotSignedIn');
    const count = open.get(principal.userId) ?? 0;
    if (count >= MOST_PER_USER) throw new Refused('Unavailable');

    let caller = principal;
    let position = resumedAt(req) ?? (await present(principal));
    open.set(principal.userId, count + 1);
    streams.add(res);
    begin(res);
    let looking = Promise.resolve();
    const timers = new Set<NodeJS.Timeout>();
    const look = () => {
      looking = looking.then(send).catch(() => void res.end());
    };
    const unsubscribe = announcements.subscribe((heard) => {
      // Another business day: other roles may hold.
      if (heard?.topic === 'clock') looking = looking.then(async () => void (await recogniseAgain()));
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      for (const delay of LOOK_AGAIN) timers.add(setTimeout(look, delay));
    });
    const heartbeat = setInterval(() => void beat(), HEARTBEAT);
    look();

    res.on('close', () => {
      streams.delete(res);
      unsubscribe();
      clearInterval(heartbeat);
      for (const timer of timers) clearTimeout(timer);
      open.set(principal.userId, (open.get(principal.userId) ?? 1) - 1);
    });

    async function send(): Promise<void> {
      const hints = await since(caller, position);
      for (const { xid, seq, topic, subjectId } of hints) {
        position = { xid, seq };
        res.write(
          `id: ${xid}.${seq}\nevent: ${topic}\ndata: ${JSON.stringify({ id: subjectId })}\n\n`,
        );
      }
    }

    async function beat(): Promise<void> {
      if (await recogniseAgain()) res.write(': still here\n\n');
      else res.end();
    }

    /** Whether the session still holds; one that cannot be looked at now is taken as before. */
    async function recogniseAgain(): Promise<boolean> {
      const still = await recognise(req.headers).catch(() => caller);
      caller = still ?? caller;
      return still !== null;
    }
  };

  function present(principal: Principal): Promise<Position> {
    return database.withActor(principal.actor, async (tx) => {
      const [row] = await tx.$queryRaw<{ xid: string }[]>`
        select pg_snapshot_xmin(pg_current_snapshot())::text as xid`;
      return { xid: row?.xid ?? '0', seq: '0' };
    });
  }

  function since({ actor }: Principal, { xid, seq }: Position): Promise<Hint[]> {
    return database.withActor(
      actor,
      (tx) => tx.$queryRaw<Hint[]>`
      select xid::text, seq::text, topic, subject_id as "subjectId" from change_event
      where (xid, seq) > (${xid}::xid8, ${seq}::bigint)
        and xid < pg_snapshot_xmin(pg_current_snapshot())
      order by change_event.xid, change_event.seq limit 500`,
    );
  }
}

type Position = { xid: string; seq: string };
type Hint = Position & { topic: string; subjectId: string | null };

function resumedAt(req: Request): Position | undefined {
  const [, xid, seq] = /^(\d{1,19})\.(\d{1,18})$/.exec(req.get('last-event-id') ?? '') ?? [];
  return xid !== undefined && seq !== undefined ? { xid, seq } : undefined;
}

function begin(res: Response): void {
  res.status(200).set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    // Proxies must not collect what is meant to arrive now.
    'X-Accel-Buffering': 'no',
  });
  res.flushHeaders();
  res.write('retry: 2000\n\n');
}
