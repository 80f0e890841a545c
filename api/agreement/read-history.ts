/** What happened to an agreement, and the dated milestones behind and ahead of it. */
import type { z } from 'zod';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { addDays, daysBetween } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { AgreementEvent } from '../../domain/agreement/transition.ts';
import type { AgreementMilestone } from '../../domain/agreement/milestone.ts';
import { rehearse } from '../../domain/agreement/rehearsal.ts';
import type { Tx } from '../../prisma/connect.ts';
import { namesOf } from '../../prisma/names.ts';
import type { getMilestones, getTimeline, TimelineEntry } from './contract.ts';
import type { AnswerOf, QueryOf } from '../http/route.ts';
import { isPlace, readCursor, writeCursor } from '../http/cursor.ts';
import { storedState } from './read-agreement.ts';

/** The event as `activities/agreement/record.ts` writes it. */
type StoredEvent = {
  events: AgreementEvent[];
  version: number;
  businessDay: Day;
  by: { userId: string; officeId: string } | null;
};

/** One page of the timeline, newest first. */
export async function readTimeline(
  tx: Tx,
  id: string,
  { cursor, limit }: QueryOf<typeof getTimeline>,
): Promise<AnswerOf<typeof getTimeline>> {
  await storedState(tx, id);
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
  const names = await namesOf(
    tx,
    page.flatMap(({ event }) => [...texts(event.events), ...Object.values(event.by ?? {})]),
  );
  const items = page.map(({ row, event }): z.input<typeof TimelineEntry> => {
    const { events, version, businessDay, by } = event;
    const mentioned = [...texts(events)].filter((each) => names.has(each));
    return {
      seq: row.seq,
      key: row.key,
      version,
      businessDay,
      recordedAt: row.recordedAt.toISOString(),
      by: by && {
        userId: by.userId,
        userName: names.get(by.userId) ?? null,
        office: names.get(by.officeId) ?? '—',
      },
      events,
      names: Object.fromEntries(mentioned.map((each) => [each, names.get(each) ?? ''])),
    };
  });
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last ? writeCursor([String(last.seq)]) : null,
  };
}

/** Milestones that have passed, from the audit, and those ahead, by rehearsal. */
export async function readMilestones(tx: Tx, id: string): Promise<AnswerOf<typeof getMilestones>> {
  const state = await storedState(tx, id);
  const { daysBefore, mailHour, version } = await tx.reminderPolicy.findFirstOrThrow({
    where: { version: { lte: state.rulesVersion } },
    orderBy: { version: 'desc' },
  });
  const events = await tx.auditEvent.findMany({
    where: { subject: `agreement/${id}` },
    orderBy: { seq: 'asc' },
    select: { event: true },
  });
  const passed = events.flatMap(({ event }) => passedIn(event as StoredEvent, state));
  // Far enough for the longest term anybody signs; the rehearsal ends with the agreement.
  const horizon = addDays(state.term.end, 1);
  const ahead = rehearse(state, { version, daysBefore, mailHour }, horizon)
    .flatMap(({ milestones }) => milestones)
    .filter(({ kind }) => kind !== 'more')
    .map(({ kind, dueDay }) => entry(kind as AgreementMilestone, dueDay, 'planned', state));
  return { items: [...passed, ...ahead] };
}

type Entry = AnswerOf<typeof getMilestones>['items'][number];

function passedIn({ events, businessDay }: StoredEvent, state: AgreementState): Entry[] {
  return events.flatMap((each): Entry[] => {
    if (each.kind === 'started') return [entry('start', businessDay, 'done', state)];
    if (each.kind === 'reminded') {
      const missed = each.missed.map((days) =>
        entry('reminder', addDays(businessDay, each.daysLeft - days), 'missed', state),
      );
      return [...missed, entry('reminder', businessDay, 'done', state)];
    }
    if (each.kind === 'expired') {
      const missed = each.missed.map((days) =>
        entry('reminder', addDays(state.term.end, -days), 'missed', state),
      );
      return [...missed, entry('expiry', businessDay, 'done', state)];
    }
    return [];
  });
}

function entry(
  kind: Entry['kind'],
  day: Day,
  state: Entry['state'],
  { term }: AgreementState,
): Entry {
  return { kind, day, daysBeforeEnd: daysBetween(day, term.end), state };
}

// Every text in an event may be an id; those that are not simply have no name.
function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (value !== null && typeof value === 'object') {
    for (const inner of Object.values(value)) yield* texts(inner);
  }
}
