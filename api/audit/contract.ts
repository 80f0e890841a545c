/** The audit chain and its anchor. */
import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { Id, PageQuery, pageOf } from '../http/shapes.ts';

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
  leads: { getAgreement: { agreement: '/id' }, listOffices: { office: '/items/0/id' } },
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
