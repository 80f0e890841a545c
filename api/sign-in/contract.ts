/** The session of whoever is signed in. */
import { z } from 'zod';
import { Membership } from '../office/contract.ts';
import { defineRoute } from '../http/route.ts';
import { Day, UserId } from '../http/shapes.ts';

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
