/** Who is signed in and where, and the trail of accounts. Signing in and out is under `/api/auth`. */
import { PERMISSIONS } from '../../domain/permissions.ts';
import type { SECURITY_EVENTS } from '../../domain/office/security-events.ts';
import { endSession, getSession, listSecurityEvents, listSessions } from './contract.ts';
import { isSequence, readCursor, writeCursor } from '../http/cursor.ts';
import { oneOutcome } from '../http/one-outcome.ts';
import { Refused } from '../http/problems.ts';
import { implement } from '../http/router.ts';
import type { Implementation } from '../http/router.ts';
import type { MembershipBody } from '../office/memberships.ts';
import type { ApiParts } from '../parts.ts';
import { SESSION_LASTS } from './sign-in.ts';

export function sessionRoutes(parts: ApiParts): Implementation[] {
  const { database, longestSession } = parts;
  return [
    implement(getSession, ({ principal }) => {
      const { userId, name, email, mustChangePassword, roles, memberships, today, now } = principal;
      const allowed = PERMISSIONS.filter(({ role }) => roles.includes(role));
      return Promise.resolve({
        body: {
          user: { id: userId, name, email },
          mustChangePassword,
          memberships: memberships as MembershipBody[],
          actions: [...new Set(allowed.map(({ action }) => action))],
          installation: {
            kind: principal.installation,
            today,
            now: new Date(now).toISOString(),
          },
        },
      });
    }),

    implement(listSessions, async ({ principal }) => {
      const since = new Date(Date.now() - longestSession);
      const rows = await database.withActor(
        principal.actor,
        (tx) => tx.$queryRaw<{ id: string; began: Date; used: Date; agent: string | null }[]>`
          select id, began_at as began, used_at as used, agent from own_sessions(${since})`,
      );
      return {
        body: {
          items: rows.map(({ id, began, used, agent }) => ({
            id,
            beganAt: began.toISOString(),
            usedAt: used.toISOString(),
            endsAt: new Date(
              Math.min(used.getTime() + SESSION_LASTS, began.getTime() + longestSession),
            ).toISOString(),
            browser: agent === null || agent === '' ? null : agent.slice(0, 300),
            isThis: id === principal.sessionId,
          })),
        },
      };
    }),

    implement(endSession, (call) =>
      oneOutcome(parts, call, async (tx) => {
        const [row] = await tx.$queryRaw<{ ended: boolean }[]>`
          select end_own_session(${call.params.id}) as ended`;
        if (!row?.ended) throw new Refused('NotFound');
        return {};
      }),
    ),

    implement(listSecurityEvents, async ({ query, principal }) => {
      const { user = null, cursor, limit } = query;
      const [before = null] = cursor === undefined ? [] : readCursor(cursor, [isSequence]);
      const rows = await database.withActor(
        principal.actor,
        (tx) => tx.$queryRaw<EventRow[]>`
          select e.id::text, e.at, e.kind, e.code, e.user_id as "userId", u.name as "userName",
            e.by_user_id as "byId", by_user.name as "byName"
          from auth.security_event e
          left join auth."user" u on u.id = e.user_id
          left join auth."user" by_user on by_user.id = e.by_user_id
          where (${user}::text is null or e.user_id = ${user})
            and (${before}::bigint is null or e.id < ${before}::bigint)
          order by e.id desc limit ${limit + 1}`,
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        body: {
          items: page.map(({ id, at, kind, code, ...who }) => ({
            id,
            at: at.toISOString(),
            kind,
            code,
            user: who.userId === null ? null : { id: who.userId, name: who.userName },
            by: who.byId === null ? null : { id: who.byId, name: who.byName },
          })),
          nextCursor: rows.length > limit && last ? writeCursor([last.id]) : null,
        },
      };
    }),
  ];
}

type EventRow = {
  id: string;
  at: Date;
  kind: (typeof SECURITY_EVENTS)[number];
  code: string | null;
  userId: string | null;
  userName: string | null;
  byId: string | null;
  byName: string | null;
};
