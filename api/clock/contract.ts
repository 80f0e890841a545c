/** The business clock. */
import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { Day } from '../http/shapes.ts';

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
  example: { to: '2026-01-05' },
});
