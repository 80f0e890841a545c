/** Who is signed in. Signing in and out is better-auth's, under `/api/auth`. */
import { PERMISSIONS } from '../../domain/permissions.ts';
import { getSession } from './contract.ts';
import type { ApiParts } from '../parts.ts';
import { implement } from '../http/router.ts';
import type { Implementation } from '../http/router.ts';
import { membershipsOf } from '../office/memberships.ts';

export function sessionRoutes({ database }: ApiParts): Implementation[] {
  return [
    implement(getSession, async ({ principal }) => {
      const { userId, name, email, mustChangePassword, roles, today, now } = principal;
      const memberships = await database.withActor(principal.actor, (tx) =>
        membershipsOf(tx, [userId], today),
      );
      const allowed = PERMISSIONS.filter(({ role }) => roles.includes(role));
      return {
        body: {
          user: { id: userId, name, email },
          mustChangePassword,
          memberships: memberships.get(userId) ?? [],
          actions: [...new Set(allowed.map(({ action }) => action))],
          installation: {
            kind: principal.installation,
            today,
            now: new Date(now).toISOString(),
          },
        },
      };
    }),
  ];
}
