/** The outbox as its readers see it: what was sent, what waits, what failed. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { mailboxName } from '../../config/mailbox.ts';
import type { Composed } from '../../mail/compose.tsx';
import { factsOf } from '../../mail/agreement/facts.ts';
import { wordingOf } from '../../mail/agreement/wording.ts';
import type { Prisma } from '../../prisma/client/client.ts';
import type { Tx } from '../../prisma/connect.ts';
import { namesOf } from '../../prisma/names.ts';
import { toDay } from '../../prisma/day-column.ts';
import { getMail, getMailTrouble, listMails, sendMailAgain } from './contract.ts';
import type { MailSummary } from './contract.ts';
import { translator } from '../../texts/translator.ts';
import { isId, isMoment, readCursor, writeCursor } from '../http/cursor.ts';
import { oneOutcome } from '../http/one-outcome.ts';
import type { ApiParts } from '../parts.ts';
import { auditChange } from '../http/audit-change.ts';
import { requireScope } from '../office/scope.ts';
import { Refused } from '../http/problems.ts';
import { implement } from '../http/router.ts';
import type { Implementation } from '../http/router.ts';

const speak = translator('codes');

export function mailRoutes(parts: ApiParts): Implementation[] {
  const { database, baseUrl, mailbox } = parts;
  return [
    implement(listMails, async ({ query, principal }) => ({
      body: await database.withActor(principal.actor, async (tx) => {
        const { agreement, state, template, cursor, limit } = query;
        const after = cursor === undefined ? null : readCursor(cursor, [isMoment, isId]);
        const rows = await tx.outbox.findMany({
          where: {
            ...(agreement !== undefined && { agreementId: agreement }),
            ...(state !== undefined && { state }),
            ...(template !== undefined && { template }),
            ...(after && { OR: behind(after) }),
          },
          orderBy: [{ notBefore: 'desc' }, { id: 'desc' }],
          take: limit + 1,
        });
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        return {
          items: await summaries(tx, page),
          nextCursor:
            rows.length > limit && last
              ? writeCursor([last.notBefore.toISOString(), last.id])
              : null,
        };
      }),
    })),

    implement(getMailTrouble, async () => {
      const trouble = await database.mailTrouble();
      if (!trouble) return { body: null };
      const { code, since } = trouble;
      return {
        body: { code, sentence: speak(`mailTrouble.${code}`), since: since.toISOString() },
      };
    }),

    implement(getMail, async ({ params, principal }) => ({
      body: await database.withActor(principal.actor, async (tx) => {
        const row = await tx.outbox.findUnique({ where: { id: params.id } });
        const [summary] = row ? await summaries(tx, [row]) : [];
        if (!row || !summary) throw new Refused('NotFound');
        // What has been sent is shown as it was sent; what waits, as it would be now.
        const { messageId, requestId } = row;
        const written = sentText(row) ?? (await textNow(tx, row, baseUrl));
        const received = await receivedIn(mailbox, messageId);
        return { ...summary, ...written, messageId, requestId, received };
      }),
    })),

    implement(sendMailAgain, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const { id } = call.params;
        const mail = await tx.outbox.findUnique({ where: { id } });
        if (!mail) throw new Refused('NotFound');
        await requireScope(tx, 'mail.send-again', mail.officeId, { otherwise: 'NotPermitted' });
        const toAddress = await addressNow(tx, mail);
        const { count } = await tx.outbox.updateMany({
          where: { id, state: 'failed' },
          data: { state: 'queued', nextAttemptAt: new Date(), toAddress },
        });
        if (count === 0) throw new Refused('MailNotFailed');
        await tx.$executeRaw`select announce('outbox', ${id}::uuid)`;
        const [body] = await summaries(tx, [{ ...mail, state: 'queued', toAddress }]);
        await auditChange(tx, call, mail.officeId, commandId, {
          kind: 'mail-sent-again',
          mail: id,
        });
        return { body };
      }),
    ),
  ];
}

type Row = Prisma.OutboxGetPayload<object>;

async function summaries(tx: Tx, rows: Row[]): Promise<z.input<typeof MailSummary>[]> {
  const ids = rows.flatMap((row) => [row.officeId, row.userId, row.agreementId]);
  const names = await namesOf(
    tx,
    ids.filter((id) => id !== null),
  );
  const subjects = await subjectsNow(
    tx,
    rows.filter(({ subject }) => subject === null),
  );
  return rows.map(
    (row) =>
      ({
        id: row.id,
        agreement: row.agreementId && {
          id: row.agreementId,
          title: names.get(row.agreementId) ?? '—',
        },
        template: row.template,
        to: row.toAddress,
        recipient: row.userId && (names.get(row.userId) ?? null),
        office: names.get(row.officeId) ?? '—',
        subject: row.subject ?? subjects.get(row.id) ?? '—',
        state: row.state as z.input<typeof MailSummary>['state'],
        businessDay: toDay(row.businessDay),
        notBefore: row.notBefore.toISOString(),
        milestone: row.milestone,
        sentBusinessAt: row.sentBusinessAt?.toISOString() ?? null,
        sentAt: row.sentAt?.toISOString() ?? null,
        attempts: row.attempts,
        possiblyDoubled: row.possiblyDoubled,
        lastError: row.lastError,
      }) as z.input<typeof MailSummary>,
  );
}

// A mailbox that was mistyped is put right at its office; a person's address does not change, and
// nobody gets one mail twice.
async function addressNow(tx: Tx, mail: Row): Promise<string> {
  const { userId, officeId, toAddress, causeKey, template, agreementId } = mail;
  if (userId !== null) return toAddress;
  const office = await tx.office.findUnique({ where: { id: officeId } });
  const mailbox = office?.mailbox ?? toAddress;
  const same = { causeKey, template, agreementId, toAddress: mailbox };
  return (await tx.outbox.count({ where: same })) > 0 ? toAddress : mailbox;
}

// Where an embedded mailbox takes the mail, people can see what arrived in it.
async function receivedIn(
  mailbox: string | undefined,
  messageId: string,
): Promise<{ times: number; source: string } | null> {
  if (mailbox === undefined) return null;
  const beginning = mailboxName(messageId);
  const files = (await readdir(mailbox)).filter((file) => file.startsWith(beginning)).sort();
  const [first] = files;
  const source = first === undefined ? '' : await readFile(path.join(mailbox, first), 'utf8');
  return { times: files.length, source };
}

function sentText({ subject, html, text }: Row): Composed | null {
  return subject === null || html === null || text === null ? null : { subject, html, text };
}

// The library that shapes mails is heavy, and the API needs it for mails that wait only.
async function textNow(tx: Tx, row: Row, baseUrl: string): Promise<Composed> {
  const { compose } = await import('../../mail/compose.tsx');
  const [facts] = await factsOf(tx, [row]);
  return facts ? compose(facts, baseUrl) : { subject: '—', html: '', text: '' };
}

// A reader of the mail may no longer see the agreement; the mail itself stays readable.
async function subjectsNow(tx: Tx, rows: Row[]): Promise<Map<string, string>> {
  const facts = await factsOf(tx, rows);
  return new Map(
    rows.flatMap(({ id }, at) => {
      const of = facts[at];
      return of ? [[id, wordingOf(of, '').subject]] : [];
    }),
  );
}

function behind([instant = '', id = '']: string[]): Prisma.OutboxWhereInput[] {
  const notBefore = new Date(instant);
  return [{ notBefore: { lt: notBefore } }, { notBefore, id: { lt: id } }];
}
