/** Code lists. */
import { z } from 'zod';
import { DOCUMENT_FORMS, LAWFUL_ENDINGS, LEGAL_BASES } from '../../domain/agreement/legal-basis.ts';
import { CAPACITIES, OFFICE_KINDS } from '../../domain/office/office.ts';
import { ROLES } from '../../domain/office/roles.ts';
import { defineRoute } from '../http/route.ts';
import { Day } from '../http/shapes.ts';

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
