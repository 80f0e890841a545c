/** The sessions of whoever is signed in, and the trail of what happened to accounts. */
import { z } from 'zod';
import { SECURITY_EVENTS } from '../../domain/office/security-events.ts';
import { Membership } from '../office/contract.ts';
import { defineRoute } from '../http/route.ts';
import { Day, PageQuery, pageOf, UserId } from '../http/shapes.ts';

export const Session = z
  .object({
    user: z.object({ id: UserId, name: z.string(), email: z.email() }),
    mustChangePassword: z.boolean(),
    memberships: z.array(Membership),
    /** What the roles allow at all; each agreement says what is possible there. */
    actions: z.array(z.string()),
    installation: z.object({
      kind: z.enum(['real', 'training']),
      today: Day,
      now: z.iso.datetime(),
    }),
  })
  .meta({ id: 'Session' });

export const getSession = defineRoute({
  operationId: 'getSession',
  method: 'get',
  path: '/session',
  summary: 'Who is signed in, in which offices, and which day it is.',
  access: 'signed-in',
  answer: { status: 200, body: Session },
  beforePasswordChange: true,
});

const SessionId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

export const OpenSession = z
  .object({
    id: SessionId,
    beganAt: z.iso.datetime(),
    /** When it was last made longer, within the hour in which it was used. */
    usedAt: z.iso.datetime(),
    endsAt: z.iso.datetime(),
    /** What the browser says of itself. */
    browser: z.string().nullable(),
    isThis: z.boolean(),
  })
  .meta({ id: 'OpenSession' });

export const listSessions = defineRoute({
  operationId: 'listSessions',
  method: 'get',
  path: '/sessions',
  summary: 'Where you are signed in.',
  access: 'signed-in',
  answer: { status: 200, body: z.object({ items: z.array(OpenSession) }) },
});

export const endSession = defineRoute({
  operationId: 'endSession',
  method: 'post',
  path: '/sessions/{id}/endings',
  summary: 'Sign one of your browsers out, at once.',
  access: 'signed-in',
  params: z.object({ id: SessionId }),
  body: z.strictObject({}),
  answer: { status: 204 },
  idempotent: true,
  example: {},
});

const Person = z.object({ id: UserId, name: z.string().nullable() });

export const SecurityEvent = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    kind: z.enum(SECURITY_EVENTS),
    /** Why something was refused, or which role it is about. */
    code: z.string().nullable(),
    /** Null where nobody has the account that was tried. */
    user: Person.nullable(),
    /** Who did it, when it was somebody else. */
    by: Person.nullable(),
  })
  .meta({ id: 'SecurityEvent' });

export const listSecurityEvents = defineRoute({
  operationId: 'listSecurityEvents',
  method: 'get',
  path: '/security-events',
  summary: 'Who signed in, what was refused, and what happened to the accounts that you keep.',
  access: ['user.write'],
  query: z.strictObject({ ...PageQuery, user: UserId.optional() }),
  answer: { status: 200, body: pageOf(SecurityEvent) },
  leads: { listUsers: { user: '/items/0/id' } },
});
