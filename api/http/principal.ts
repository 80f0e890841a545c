/** Who is calling, in which roles, on which business day. */
import type { IncomingHttpHeaders } from 'node:http';
import { fromNodeHeaders } from 'better-auth/node';
import { dayAt } from '../../domain/shared/day.ts';
import type { Day, Instant, Zone } from '../../domain/shared/day.ts';
import { PERMISSIONS } from '../../domain/permissions.ts';
import type { Role } from '../../domain/office/roles.ts';
import type { Action } from '../../domain/permissions.ts';
import type { Actor, Database, Installation } from '../../prisma/connect.ts';
import type { SignIn } from '../sign-in/sign-in.ts';

/** Memberships and the installation's day are judged by western time, where the capital is. */
export const INSTALLATION_ZONE: Zone = 'Asia/Jakarta';

export type Principal = {
  userId: string;
  name: string;
  email: string;
  mustChangePassword: boolean;
  roles: Role[];
  /** As whom this caller's transactions run. */
  actor: Actor & { kind: 'user' };
  installation: Installation['kind'];
  /** The business instant of the call, and the installation's day. */
  now: Instant;
  today: Day;
};

/** Recognises callers by their session. */
export function createRecognition(signIn: SignIn, database: Database) {
  return async (headers: IncomingHttpHeaders): Promise<Principal | null> => {
    if (!headers.cookie) return null;
    const session = await signIn.api.getSession({ headers: fromNodeHeaders(headers) });
    if (!session) return null;

    const { id: userId, name, email } = session.user;
    const realNow = Date.now();
    const { installation, roles } = await database.installationAndRoles(
      userId,
      realNow,
      INSTALLATION_ZONE,
    );
    const now = realNow + installation.clockOffset;
    const today = dayAt(now, INSTALLATION_ZONE);
    const actor = { kind: 'user', userId, day: today } as const;
    return {
      userId,
      name,
      email,
      mustChangePassword: session.user.mustChangePassword ?? false,
      roles: roles as Role[],
      actor,
      installation: installation.kind,
      now,
      today,
    };
  };
}

/** Whether any of the caller's roles allows any of these actions anywhere. */
export function mayAny({ roles }: Pick<Principal, 'roles'>, actions: readonly Action[]): boolean {
  return PERMISSIONS.some(({ action, role }) => actions.includes(action) && roles.includes(role));
}
