/** Mail, audit, rules and the clock. */
import { z } from 'zod';
import { DOCUMENT_FORMS, LAWFUL_ENDINGS, LEGAL_BASES } from '../../domain/legal-basis.ts';
import { CAPACITIES, OFFICE_KINDS, ROLES } from '../../domain/office.ts';
import { defineRoute } from './route.ts';
import { Day, Id, PageQuery, pageOf } from './shapes.ts';

const MAIL_STATES = ['queued', 'sending', 'sent', 'unknown', 'failed'] as const;

export const MailSummary = z
  .object({
    id: Id,
    agreement: z.object({ id: Id, title: z.string() }).nullable(),
    template: z.string(),
    to: z.string(),
    recipient: z.string().nullable(),
    office: z.string(),
    subject: z.string(),
    state: z.enum(MAIL_STATES),
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
});

export const AuditEntry = z
  .object({
    subject: z.string(),
    seq: z.int(),
    key: z.string(),
    event: z.looseObject({}),
    recordedAt: z.iso.datetime(),
    prevHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });

export const listAudit = defineRoute({
  operationId: 'listAudit',
  method: 'get',
  path: '/audit',
  summary: 'The audit chain of an agreement or an office, with its hashes.',
  access: ['audit.read'],
  query: z.strictObject({ ...PageQuery, agreement: Id.optional(), office: Id.optional() }),
  answer: { status: 200, body: pageOf(AuditEntry) },
});

export const getAuditAnchor = defineRoute({
  operationId: 'getAuditAnchor',
  method: 'get',
  path: '/audit/anchor',
  summary: "The head of the installation's chain, to be kept outside the system.",
  access: ['audit.read', 'office.write'],
  answer: {
    status: 200,
    body: z
      .object({ seq: z.int(), hash: z.string(), sealedAt: z.iso.datetime() })
      .nullable()
      .meta({ id: 'AuditAnchor' }),
  },
});

export const ReminderPolicy = z
  .object({
    version: z.int(),
    daysBefore: z.array(z.int()),
    mailHour: z.int(),
    publishedAt: z.iso.datetime(),
    /** How far the open agreements have been planned anew by it. */
    replanned: z.int(),
    toReplan: z.int(),
  })
  .meta({ id: 'ReminderPolicy' });

export const listPolicies = defineRoute({
  operationId: 'listPolicies',
  method: 'get',
  path: '/reminder-policies',
  summary: 'The reminder rules, newest first, with the progress of replanning.',
  access: 'signed-in',
  answer: { status: 200, body: z.object({ items: z.array(ReminderPolicy) }) },
});

export const publishPolicy = defineRoute({
  operationId: 'publishPolicy',
  method: 'post',
  path: '/reminder-policies',
  summary: 'Put new reminder rules in force and plan every open agreement anew.',
  access: ['policy.write'],
  body: z.strictObject({
    daysBefore: z.array(z.int().min(0).max(3650)).min(1).max(60),
    mailHour: z.int().min(0).max(23),
  }),
  answer: { status: 202, body: ReminderPolicy },
  idempotent: true,
});

export const Clock = z
  .object({
    kind: z.enum(['real', 'training']),
    today: Day,
    now: z.iso.datetime(),
    /** While the clock is being advanced: how many due days of how many are behind. */
    advancing: z.object({ to: Day, done: z.int(), total: z.int() }).nullable(),
  })
  .meta({ id: 'Clock' });

export const getClock = defineRoute({
  operationId: 'getClock',
  method: 'get',
  path: '/clock',
  summary: 'The business clock.',
  access: 'signed-in',
  answer: { status: 200, body: Clock },
});

export const advanceClock = defineRoute({
  operationId: 'advanceClock',
  method: 'post',
  path: '/clock/advance',
  summary: 'Let the business clock of a training installation run to the morning of a later day.',
  access: ['clock.advance'],
  body: z.strictObject({ to: Day }),
  answer: { status: 202, body: Clock },
  trainingOnly: true,
});

export const Reference = z
  .object({
    forms: z.array(z.object({ code: z.string(), kinds: z.array(z.string()) })),
    legalBases: z.array(
      z.object({
        code: z.string(),
        source: z.string(),
        from: Day.nullable(),
        until: Day.nullable(),
      }),
    ),
    endings: z.array(
      z.object({ code: z.string(), source: z.string(), bases: z.array(z.string()) }),
    ),
    roles: z.array(z.enum(ROLES)),
    officeKinds: z.array(z.enum(OFFICE_KINDS)),
    capacities: z.array(z.enum(CAPACITIES)),
  })
  .meta({ id: 'Reference' });

/** The code lists as every installation knows them; the same constants serve the pages. */
export const REFERENCE = {
  forms: DOCUMENT_FORMS.map(({ code, kinds }) => ({ code, kinds: [...kinds] })),
  legalBases: LEGAL_BASES.map(({ code, source, from, until }) => ({ code, source, from, until })),
  endings: LAWFUL_ENDINGS.map(({ code, source, bases }) => ({ code, source, bases: [...bases] })),
  roles: [...ROLES],
  officeKinds: [...OFFICE_KINDS],
  capacities: [...CAPACITIES],
};

export const getReference = defineRoute({
  operationId: 'getReference',
  method: 'get',
  path: '/reference',
  summary: 'Code lists: document forms, legal bases, lawful endings, roles.',
  access: 'signed-in',
  answer: { status: 200, body: Reference },
});
