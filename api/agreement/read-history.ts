/** What happened to an agreement, and the dated milestones behind and ahead of it. */
import type { z } from 'zod';
import { signedAt } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { formerAt } from '../../domain/office/former-name.ts';
import type { FormerName } from '../../domain/office/former-name.ts';
import { addDays, daysBetween } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { AgreementEvent } from '../../domain/agreement/transition.ts';
import type { Capacity } from '../../domain/office/office.ts';
import type { Role } from '../../domain/office/roles.ts';
import type { OfficeId } from '../../domain/shared/ids.ts';
import type { Tx } from '../../prisma/connect.ts';
import { toDay } from '../../prisma/day-column.ts';
import { namesOfAllTimes } from '../../prisma/names.ts';
import type { TimelineEntry } from './answers.ts';
import type { getMilestones, getTimeline } from './contract.ts';
import type { AnswerOf, QueryOf } from '../http/route.ts';
import { isPlace, readCursor, writeCursor } from '../http/cursor.ts';
import { storedState } from './read-agreement.ts';

/** The event as `activities/agreement/record.ts` writes it. */
type StoredEvent = {
  events: AgreementEvent[];
  /** None where it tells of an agreement that this one rests on. */
  version?: number;
  businessDay: Day;
  by: { userId: string; officeId: string; held?: Held } | null;
};

/** What the account held on the day: roles in offices, and the id of an office holder. */
type Held = { roles: { role: Role; office: OfficeId }[]; holder: string | null };

/** One page of the timeline, newest first. */
export async function readTimeline(
  tx: Tx,
  id: string,
  { cursor, limit }: QueryOf<typeof getTimeline>,
): Promise<AnswerOf<typeof getTimeline>> {
  const state = await storedState(tx, id);
  const before = cursor === undefined ? undefined : readCursor(cursor, [isPlace])[0];
  const rows = await tx.auditEvent.findMany({
    where: {
      subject: `agreement/${id}`,
      ...(before !== undefined && { seq: { lt: Number(before) } }),
    },
    orderBy: { seq: 'desc' },
    take: limit + 1,
  });
  const page = rows.slice(0, limit).map((row) => ({ row, event: row.event as StoredEvent }));
  const { names, former } = await namesOfAllTimes(
    tx,
    page.flatMap(({ event }) => [...texts(event.events), ...texts(event.by)]),
  );
  const held = page.flatMap(({ event }) => event.by?.held?.holder ?? []);
  const holders = held.length === 0 ? [] : await holdersOf(tx, held);
  const items = page.map(({ row, event }): z.input<typeof TimelineEntry> => {
    const { events, version, businessDay, by } = event;
    const mentioned = [...texts(events)].filter((each) => names.has(each));
    const nameThen = (of: string) =>
      formerIn(event, row.recordedAt, { of, former, state })?.name ?? names.get(of);
    const holderThen = (of: string | null | undefined) => {
      const holder = holders.find(({ id: each }) => each === of);
      if (!holder) return null;
      const then = formerIn(event, row.recordedAt, { of: holder.id, former, state });
      const { position, capacity } = holder;
      return { position: then?.position ?? position, capacity: capacity as Capacity };
    };
    return {
      seq: row.seq,
      key: row.key,
      version: version ?? null,
      businessDay,
      recordedAt: row.recordedAt.toISOString(),
      by: by && {
        userId: by.userId,
        userName: names.get(by.userId) ?? null,
        office: nameThen(by.officeId) ?? '—',
        roles: (by.held?.roles ?? []).map(({ role, office }) => {
          return { role, office: nameThen(office) ?? '—' };
        }),
        holder: holderThen(by.held?.holder),
      },
      events,
      names: Object.fromEntries(mentioned.map((each) => [each, nameThen(each) ?? ''])),
    };
  });
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last ? writeCursor([String(last.seq)]) : null,
  };
}

function holdersOf(tx: Tx, ids: string[]) {
  const select = { id: true, position: true, capacity: true };
  return tx.officeHolder.findMany({ where: { id: { in: ids } }, select });
}

// A signature keeps the names of its day, everything else those of its recording.
function formerIn(
  { events }: StoredEvent,
  recordedAt: Date,
  { of, former, state }: { of: string; former: readonly FormerName[]; state: AgreementState },
): FormerName | undefined {
  const signed = events.find(({ kind }) => kind === 'signed');
  const signature =
    signed?.kind === 'signed' && state.parties.find(({ id }) => id === signed.party)?.signature;
  return signature
    ? formerAt(former, of, signedAt(signature, state.zone))
    : former.find((each) => each.subject === of && each.endedAt > recordedAt.getTime());
}

/** Milestones that have passed, from the audit, and those ahead, by the plan. */
export async function readMilestones(tx: Tx, id: string): Promise<AnswerOf<typeof getMilestones>> {
  const state = await storedState(tx, id);
  const events = await tx.auditEvent.findMany({
    where: { subject: `agreement/${id}` },
    orderBy: { seq: 'asc' },
    select: { key: true, event: true },
  });
  const notSent = await remindersNotSent(tx, id);
  const passed = events.flatMap(({ key, event }) =>
    passedIn(event as StoredEvent, state, notSent.has(key)),
  );
  const ahead = await tx.plannedMilestone.findMany({
    where: { entityId: id },
    orderBy: { place: 'asc' },
  });
  const planned = ahead.map(({ source, kind, stage, dueDay }) =>
    entry({ source, kind, stage } as Which, toDay(dueDay), 'planned', state),
  );
  return { items: [...passed, ...planned] };
}

type Entry = AnswerOf<typeof getMilestones>['items'][number];

async function remindersNotSent(tx: Tx, id: string): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ key: string }[]>`
    select milestones_not_sent(${id}::uuid) as key`;
  return new Set(rows.map(({ key }) => key));
}

// Of a reminder whose renewal was signed before it, no mail was written.
function passedIn(
  { events, businessDay }: StoredEvent,
  state: AgreementState,
  isNotSent: boolean,
): Entry[] {
  const own = (kind: Entry['kind'], day: Day, how: Entry['state']) =>
    entry({ source: 'agreement', kind, stage: null }, day, how, state);
  return events.flatMap((each): Entry[] => {
    if (each.kind === 'started') return [own('start', businessDay, 'done')];
    if (each.kind === 'reminded') {
      const missed = each.missed.map((days) =>
        own('reminder', addDays(businessDay, each.daysLeft - days), 'missed'),
      );
      const silent = isNotSent || each.renewal === 'signed';
      return [...missed, own('reminder', businessDay, silent ? 'not-sent' : 'done')];
    }
    if (each.kind === 'ending-reached') return [own('ending', businessDay, 'done')];
    if (each.kind === 'expired') {
      const missed = each.missed.map((days) =>
        own('reminder', addDays(state.term.end, -days), 'missed'),
      );
      return [...missed, own('expiry', businessDay, 'done')];
    }
    return [];
  });
}

type Which = Pick<Entry, 'source' | 'kind' | 'stage'>;

function entry(which: Which, day: Day, state: Entry['state'], { term }: AgreementState): Entry {
  return { ...which, day, daysBeforeEnd: daysBetween(day, term.end), state };
}

// Every text in an event may be an id; those that are not simply have no name.
function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value !== null && typeof value === 'object') {
    for (const inner of Object.values(value)) yield* texts(inner);
  }
}
