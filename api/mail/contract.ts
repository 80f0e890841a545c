/** The outbox, and what keeps mail from leaving. */
import { z } from 'zod';
import { NOT_SENT } from '../../domain/agreement/notices.ts';
import { defineRoute } from '../http/route.ts';
import { Day, Id, PageQuery, pageOf } from '../http/shapes.ts';

const MAIL_STATES = ['queued', 'sending', 'sent', 'unknown', 'failed', 'not-sent'] as const;

export const MailSummary = z
  .object({
    id: Id,
    agreement: z.object({ id: Id, title: z.string() }).nullable(),
    template: z.string(),
    /** The offices that it is meant for. */
    offices: z.array(z.string()),
    /**
     * Who was sent it; while it waits, who would be sent it now. Those of your offices: before its
     * readers are settled, one mail stands for all of them, afterwards one for each.
     */
    readers: z.array(z.object({ name: z.string(), office: z.string(), to: z.string() })),
    subject: z.string(),
    state: z.enum(MAIL_STATES),
    /** Why it is not sent, where that is so. */
    notSentBecause: z.enum(NOT_SENT).nullable(),
    /** The business day of its cause, and the business instant before which it does not leave. */
    businessDay: Day,
    notBefore: z.iso.datetime(),
    milestone: z.string().nullable(),
    sentBusinessAt: z.iso.datetime().nullable(),
    sentAt: z.iso.datetime().nullable(),
    attempts: z.int(),
    possiblyDoubled: z.boolean(),
    lastError: z.string().nullable(),
  })
  .meta({ id: 'MailSummary' });

export const Mail = MailSummary.extend({
  html: z.string(),
  text: z.string(),
  messageId: z.string(),
  requestId: z.string(),
  /** What the embedded mailbox received: how many times, and the mail as it came. */
  received: z.object({ times: z.int(), source: z.string() }).nullable(),
}).meta({ id: 'Mail' });

export const listMails = defineRoute({
  operationId: 'listMails',
  method: 'get',
  path: '/outbox',
  summary: 'Mails to your offices, newest first.',
  access: ['mail.read'],
  query: z.strictObject({
    ...PageQuery,
    agreement: Id.optional(),
    state: z.enum(MAIL_STATES).optional(),
    template: z
      .string()
      .regex(/^[a-z-]{1,50}$/)
      .optional(),
  }),
  answer: { status: 200, body: pageOf(MailSummary) },
  leads: { getAgreement: { agreement: '/id' } },
});

export const MailTrouble = z
  .object({
    code: z.string(),
    /** What is wrong, in a sentence. */
    sentence: z.string(),
    since: z.iso.datetime(),
  })
  .nullable()
  .meta({ id: 'MailTrouble' });

export const getMailTrouble = defineRoute({
  operationId: 'getMailTrouble',
  method: 'get',
  path: '/mail-trouble',
  summary: 'What keeps all mail from leaving, and since when; null while it can leave.',
  access: ['mail.read'],
  answer: { status: 200, body: MailTrouble },
});

export const getMail = defineRoute({
  operationId: 'getMail',
  method: 'get',
  path: '/outbox/{id}',
  summary: 'One mail as it was or will be sent.',
  access: ['mail.read'],
  params: z.object({ id: Id }),
  answer: { status: 200, body: Mail },
});

export const sendMailAgain = defineRoute({
  operationId: 'sendMailAgain',
  method: 'post',
  path: '/outbox/{id}/attempts',
  summary: 'Send a mail again that a server had refused.',
  access: ['mail.send-again'],
  params: z.object({ id: Id }),
  body: z.strictObject({}),
  answer: { status: 200, body: MailSummary },
  idempotent: true,
  example: {},
});
