/**
 * Checks the audit chains link by link, with its own arithmetic: nothing here trusts what
 * PostgreSQL computed. An anchor kept outside the system, from a weekly mail, proves everything
 * sealed up to it; what came later is only consistent with itself.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Database, Tx } from '../connect.ts';

/** The head of the installation's chain as the weekly mail prints it. */
export type Anchor = { seq: number; hash: string };

export type Verdict = {
  events: number;
  subjects: number;
  seals: number;
  /** The first link that does not hold, or null. */
  broken: string | null;
  /** Events that no anchor proves; all of them when no anchor was given. */
  unproven: number;
  /** What the audit itself says it does not tell of, after an older backup was restored. */
  holes: Hole[];
};

/** The changes of a subject that led from one version to a later one are lost. */
export type Hole = { subject: string; seq: number; from: number; to: number };

type Chains = { heads: Map<string, { seq: number; hash: Buffer }>; hashes: Map<string, string> };

const PAGE = 5_000;

/** Reads an anchor, `<number>:<hash>`; undefined when it is none. */
export function readAnchor(text: string): Anchor | undefined {
  const [, seq, hash] = /^(\d{1,9}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  return seq !== undefined && hash !== undefined ? { seq: Number(seq), hash } : undefined;
}

/** Verifies everything there is at this moment; what is recorded meanwhile changes nothing. */
export function verifyAudit(database: Database, anchor?: Anchor): Promise<Verdict> {
  return database.readAtOneMoment({ kind: 'engine' }, async (tx) => {
    const chains: Chains = { heads: new Map(), hashes: new Map() };
    const events = { count: 0, holes: [] as Hole[] };
    const brokenEvent = await verifyEvents(tx, chains, events);
    const brokenHead = brokenEvent ?? (await verifyHeads(tx, chains));
    const seals = await verifySeals(tx, chains, anchor);
    const broken = brokenHead ?? seals.broken;
    return {
      events: events.count,
      subjects: chains.heads.size,
      seals: seals.count,
      broken,
      unproven: broken === null ? events.count - seals.proven : events.count,
      holes: events.holes,
    };
  });
}

async function verifyEvents(
  tx: Tx,
  { heads, hashes }: Chains,
  events: { count: number; holes: Hole[] },
): Promise<string | null> {
  let after = { subject: '', seq: 0 };
  for (;;) {
    const page = await tx.auditEvent.findMany({
      where: {
        OR: [
          { subject: { gt: after.subject } },
          { subject: after.subject, seq: { gt: after.seq } },
        ],
      },
      orderBy: [{ subject: 'asc' }, { seq: 'asc' }],
      take: PAGE,
    });
    for (const link of page) {
      const { subject, seq, key, body, event, prevHash, hash, recordedAt } = link;
      const head = heads.get(subject) ?? { seq: 0, hash: Buffer.alloc(0) };
      const expected = linkHash(head.hash, { subject, seq, key, at: recordedAt, body });
      const holds =
        seq === head.seq + 1 &&
        isShownWhereItBelongs(link) &&
        head.hash.equals(prevHash) &&
        expected.equals(hash) &&
        isDeepStrictEqual(JSON.parse(body), event);
      if (!holds) return `${subject} #${seq}`;
      heads.set(subject, { seq, hash: expected });
      hashes.set(`${subject} #${seq}`, expected.toString('hex'));
      events.count += 1;
      events.holes.push(...holesIn(link));
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return null;
    after = { subject: last.subject, seq: last.seq };
  }
}

function holesIn({ subject, seq, body }: { subject: string; seq: number; body: string }): Hole[] {
  const { events = [] } = JSON.parse(body) as {
    events?: { kind: string; from: number; to: number }[];
  };
  return events
    .filter(({ kind }) => kind === 'restored')
    .map(({ from, to }) => ({ subject, seq, from, to }));
}

// By these ids row policies decide who is shown the event.
function isShownWhereItBelongs(link: {
  subject: string;
  agreementId: string | null;
  officeId: string | null;
}): boolean {
  const { subject, agreementId, officeId } = link;
  const [kind, id] = subject.split('/');
  return (
    agreementId === (kind === 'agreement' ? id : null) &&
    officeId === (kind === 'office' ? id : null)
  );
}

// The heads tell of links that were cut off at the end.
async function verifyHeads(tx: Tx, { heads }: Chains): Promise<string | null> {
  const stored = await tx.auditHead.findMany({ orderBy: { subject: 'asc' } });
  for (const { subject, seq, hash } of stored) {
    const found = heads.get(subject) ?? { seq: 0, hash: Buffer.alloc(0) };
    if (found.seq !== seq || !found.hash.equals(hash)) return `${subject} #${found.seq + 1}`;
  }
  const known = new Set(stored.map(({ subject }) => subject));
  const orphan = [...heads.keys()].find((subject) => !known.has(subject));
  return orphan === undefined ? null : `${orphan} #1`;
}

async function verifySeals(
  tx: Tx,
  { hashes }: Chains,
  anchor: Anchor | undefined,
): Promise<{ count: number; broken: string | null; proven: number }> {
  const seals = await tx.auditSeal.findMany({ orderBy: { seq: 'asc' } });
  const proven = new Map<string, number>();
  let previous: Buffer = Buffer.alloc(0);
  for (const [place, { seq, body, prevHash, hash, sealedAt }] of seals.entries()) {
    const expected = linkHash(previous, { subject: 'seal', seq, key: '', at: sealedAt, body });
    const holds = seq === place + 1 && previous.equals(prevHash) && expected.equals(hash);
    if (!holds) return { count: seals.length, broken: `seal #${place + 1}`, proven: 0 };
    for (const sealed of JSON.parse(body) as { subject: string; seq: number; hash: string }[]) {
      const link = `${sealed.subject} #${sealed.seq}`;
      if (hashes.get(link) !== sealed.hash) return { count: seals.length, broken: link, proven: 0 };
      if (anchor && seq <= anchor.seq) proven.set(sealed.subject, sealed.seq);
    }
    previous = expected;
    if (seq === anchor?.seq && expected.toString('hex') !== anchor.hash) {
      return { count: seals.length, broken: `seal #${seq}`, proven: 0 };
    }
  }
  if (anchor && anchor.seq > seals.length) {
    return { count: seals.length, broken: `seal #${seals.length + 1}`, proven: 0 };
  }
  const total = [...proven.values()].reduce((sum, seq) => sum + seq, 0);
  return { count: seals.length, broken: null, proven: total };
}

type Link = { subject: string; seq: number; key: string; at: Date; body: string };

function linkHash(prev: Uint8Array, { subject, seq, key, at, body }: Link): Buffer {
  const text = [subject, seq, key, at.toISOString(), body].join('\n');
  return createHash('sha256').update(prev).update(text).digest();
}
