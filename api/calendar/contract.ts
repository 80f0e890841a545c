/** The rules by which agreements are planned. */
import { z } from 'zod';
import { defineRoute } from '../http/route.ts';

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
  example: { daysBefore: [90, 60, 30, 7], mailHour: 7 },
});
