/** Who is signed in. Signing in and out is better-auth's, under `/api/auth`. */
import { PERMISSIONS } from '../../domain/permissions.ts';
import { getSession } from './contract.ts';
import { implement } from '../http/router.ts';
import type { Implementation } from '../http/router.ts';
import type { MembershipBody } from '../office/memberships.ts';

export function sessionRoutes(): Implementation[] {
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
  ];
}
