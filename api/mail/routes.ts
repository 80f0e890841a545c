/** The outbox as its readers see it: what was sent, what waits, what failed. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { mailboxName } from '../../config/mailbox.ts';
import type { Prisma } from '../../prisma/client/client.ts';
import { getMail, getMailTrouble, listMails, sendMailAgain } from './contract.ts';
import { letterOf, mailsAt } from './reading.ts';
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
          items: (await mailsAt(tx, page, principal.now)).map(({ summary }) => summary),
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
        const [shown] = row ? await mailsAt(tx, [row], principal.now) : [];
        if (!row || !shown) throw new Refused('NotFound');
        const { messageId, requestId } = row;
        const letter = (await letterOf(row, shown, baseUrl)) ?? { html: '', text: '' };
        const received = await receivedIn(mailbox, messageId);
        return { ...shown.summary, ...letter, messageId, requestId, received };
      }),
    })),

    implement(sendMailAgain, (call) =>
      oneOutcome(parts, call, async (tx, commandId) => {
        const { id } = call.params;
        const mail = await tx.outbox.findUnique({ where: { id } });
        if (!mail) throw new Refused('NotFound');
        const { officeId } = mail;
        // Its readers are not known yet, so it was never handed to a server.
        if (officeId === null) throw new Refused('MailNotFailed');
        await requireScope(tx, 'mail.send-again', officeId, { otherwise: 'NotPermitted' });
        const again = {
          state: 'queued',
          nextAttemptAt: new Date(),
          timesPutOff: 0,
          putOffSince: null,
        };
        const { count } = await tx.outbox.updateMany({
          where: { id, state: 'failed' },
          data: again,
        });
        if (count === 0) throw new Refused('MailNotFailed');
        await tx.$executeRaw`select announce('outbox', ${id}::uuid)`;
        const [shown] = await mailsAt(tx, [{ ...mail, ...again }], call.principal.now);
        await auditChange(tx, call, officeId, commandId, {
          kind: 'mail-sent-again',
          mail: id,
        });
        return { body: shown?.summary };
      }),
    ),
  ];
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

function behind([instant = '', id = '']: string[]): Prisma.OutboxWhereInput[] {
  const notBefore = new Date(instant);
  return [{ notBefore: { lt: notBefore } }, { notBefore, id: { lt: id } }];
}
