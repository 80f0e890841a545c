/**
 * One stream of hints per browser tab: which agreement, mail or clock changed, as ids. Resumed by
 * Last-Event-ID, in the order of commits. What is to be told comes from the process's one reader.
 */
import type { Request, RequestHandler, Response } from 'express';
import type { ApiParts } from '../parts.ts';
import type { Principal } from '../http/principal.ts';
import { policyGate } from '../http/router.ts';
import type { Gate, RouterParts } from '../http/router.ts';
import { defineRoute } from '../http/route.ts';
import { Refused } from '../http/problems.ts';
import { createHintReader } from './hint-reader.ts';
import type { Hint, Place, Stream } from './hint-reader.ts';

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
  const reader = createHintReader(database, announcements);
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

    const place = await beginning(principal, resumedAt(req));
    if (res.closed) return;
    streams.add(res);
    begin(res, place);
    const write = (text: string) => !res.writableEnded && res.write(text);
    const stream: Stream = {
      userId,
      place,
      tell: (hints) => write(hints.map(inWriting).join('')),
      end: () => res.end(),
    };
    const rights = rightsOf(principal);
    const beating = setInterval(() => void beat(), heartbeat);
    let expiring = atExpiryOf(principal);
    undo.push(
      () => streams.delete(res),
      reader.follow(stream),
      // What somebody may do has changed, or a session of theirs is over; or such news may have been missed.
      announcements.subscribe((heard) => {
        if (!heard || (heard.topic === 'session' && heard.subjectId === userId)) void look();
      }),
      () => clearInterval(beating),
      () => clearTimeout(expiring),
    );

    // The place is told again: a page that is cut off goes on behind what it was not to see.
    async function beat(): Promise<void> {
      if (await look()) write(`: still here\nid: ${numberOf(stream.place)}\n\n`);
    }

    // A stream ends with its session, and with the rights that it was opened with. A session that cannot be
    // looked at now is taken as before.
    async function look(): Promise<boolean> {
      const still = await authenticate(req.headers).catch(() => principal);
      if (res.closed) return false;
      if (!still || rightsOf(still) !== rights) {
        res.end();
        return false;
      }
      clearTimeout(expiring);
      expiring = atExpiryOf(still);
      return true;
    }

    function atExpiryOf({ expiresAt }: Principal): NodeJS.Timeout {
      return setTimeout(() => void look(), Math.max(0, expiresAt - Date.now()) + 10);
    }
  };

  // Where the page stopped, or the present; never beyond it, as after PostgreSQL was restored
  // elsewhere and counts its transactions afresh.
  function beginning({ actor }: Principal, resumed: Place | undefined): Promise<Place> {
    return database.withActor(actor, async (tx) => {
      const [row] = await tx.$queryRaw<{ xid: string; isPast: boolean }[]>`
        select pg_snapshot_xmin(pg_current_snapshot())::text as xid,
          ${resumed?.xid ?? null}::xid8 < pg_snapshot_xmax(pg_current_snapshot()) as "isPast"`;
      return resumed && row?.isPast ? resumed : { xid: row?.xid ?? '0', seq: '0' };
    });
  }
}

function rightsOf({ roles, memberships }: Principal): string {
  return JSON.stringify([roles, memberships]);
}

function resumedAt(req: Request): Place | undefined {
  const [, xid, seq] = /^(\d{1,19})\.(\d{1,18})$/.exec(req.get('last-event-id') ?? '') ?? [];
  return xid !== undefined && seq !== undefined ? { xid, seq } : undefined;
}

// The place is told at once: a page that is cut off before its first hint goes on from there.
function begin(res: Response, place: Place): void {
  res.status(200).set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    // Proxies must not collect what is meant to arrive now.
    'X-Accel-Buffering': 'no',
  });
  res.flushHeaders();
  res.write(`retry: 2000\nid: ${numberOf(place)}\n\n`);
}

function inWriting(hint: Hint): string {
  const data = JSON.stringify({ id: hint.subjectId });
  return `id: ${numberOf(hint)}\nevent: ${hint.topic}\ndata: ${data}\n\n`;
}

function numberOf({ xid, seq }: Place): string {
  return `${xid}.${seq}`;
}
