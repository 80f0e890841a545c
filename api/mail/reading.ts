/** Mails as their readers may see them: what has left as it was sent, what waits as it would be now. */
import type { z } from 'zod';
import type { Composed } from '../../mail/compose.tsx';
import { factsOf } from '../../mail/agreement/facts.ts';
import type { MailFacts } from '../../mail/agreement/facts.ts';
import { wordingOf } from '../../mail/agreement/wording.ts';
import { readersNow, sourcesOf } from '../../mail/sources.ts';
import type { Reader, Sources } from '../../mail/sources.ts';
import type { Instant } from '../../domain/shared/day.ts';
import type { Prisma } from '../../prisma/client/client.ts';
import type { Tx } from '../../prisma/connect.ts';
import { toDay } from '../../prisma/day-column.ts';
import type { MailSummary } from './contract.ts';

export type MailRow = Prisma.OutboxGetPayload<object>;

/** A mail as it is shown. */
export type Shown = { summary: z.input<typeof MailSummary>; facts: MailFacts | null };

type ShownReader = Pick<Reader, 'officeId' | 'name' | 'office' | 'toAddress'>;

/** These mails at this business instant, in their order. */
export async function mailsAt(tx: Tx, rows: readonly MailRow[], now: Instant): Promise<Shown[]> {
  const sources = await sourcesOf(tx, rows, now);
  const read = rows.map((row) => ({ row, ...whoReads(row, sources.get(row.id)) }));
  const within = await officesWithin(
    tx,
    read.flatMap(({ readers }) => readers.map(({ officeId }) => officeId)),
  );
  return read.map(({ row, readers, isMoot }) => {
    const isSettled = row.reader !== '';
    const shown = readers.filter(({ officeId }) => isSettled || within.has(officeId));
    return show(row, { sources: sources.get(row.id), readers: shown, isMoot });
  });
}

/** The mail's letter: as it was sent, or as it would be now. */
export async function letterOf(
  row: MailRow,
  { facts }: Shown,
  baseUrl: string,
): Promise<Composed | null> {
  const { subject, html, text } = row;
  if (!waits(row) && subject !== null && html !== null && text !== null) {
    return { subject, html, text };
  }
  // The library that shapes mails is heavy, and the API needs it for mails that wait only.
  const { compose } = await import('../../mail/compose.tsx');
  return facts && compose(facts, baseUrl);
}

function waits({ state }: MailRow): boolean {
  return state === 'queued' || state === 'unknown';
}

function whoReads(row: MailRow, sources: Sources | undefined) {
  const now = sources && waits(row) ? readersNow(row, sources) : null;
  const kept = keptReader(row, sources);
  const isMoot = typeof now === 'string' || row.state === 'not-sent';
  if (!Array.isArray(now)) return { readers: kept, isMoot };
  if (row.reader === '') return { readers: now, isMoot };
  const own = now.filter(({ userId, officeId }) => (userId ?? officeId) === row.reader);
  return { readers: own.length > 0 ? own : kept, isMoot };
}

function keptReader(
  { officeId, userId, toAddress }: MailRow,
  sources: Sources | undefined,
): ShownReader[] {
  if (officeId === null || toAddress === null) return [];
  const office = sources?.names[officeId] ?? '—';
  return [{ officeId, toAddress, office, name: sources?.names[userId ?? ''] ?? office }];
}

async function officesWithin(tx: Tx, offices: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select mail_offices_among(${[...new Set(offices)]}::uuid[]) as id`;
  return new Set(rows.map(({ id }) => id));
}

function show(
  row: MailRow,
  {
    sources,
    readers,
    isMoot,
  }: { sources: Sources | undefined; readers: readonly ShownReader[]; isMoot: boolean },
): Shown {
  const { agreementId } = row;
  const offices = row.offices.map((id) => sources?.names[id] ?? '—');
  const [first] = readers;
  const to = {
    reader: first?.name ?? offices[0] ?? '—',
    office: first?.office ?? offices[0] ?? '—',
  };
  const day = toDay(row.businessDay);
  // A mail that is not sent counts its days on its own day.
  const facts = sources ? factsOf(row, sources, to, isMoot ? day : sources.today) : null;
  const kept = waits(row) ? null : row.subject;
  const summary = {
    id: row.id,
    agreement: agreementId && { id: agreementId, title: sources?.title ?? '—' },
    template: row.template,
    offices,
    readers: readers.map(({ name, office, toAddress }) => ({ name, office, to: toAddress })),
    subject: kept ?? (facts ? wordingOf(facts, '').subject : '—'),
    state: row.state,
    notSentBecause: row.notSentBecause,
    businessDay: day,
    notBefore: row.notBefore.toISOString(),
    milestone: row.milestone,
    sentBusinessAt: row.sentBusinessAt?.toISOString() ?? null,
    sentAt: row.sentAt?.toISOString() ?? null,
    attempts: row.attempts,
    possiblyDoubled: row.possiblyDoubled,
    lastError: row.lastError,
  };
  return { summary: summary as z.input<typeof MailSummary>, facts };
}
