/** Who is calling, in which roles, on which business day. */
import type { IncomingHttpHeaders } from 'node:http';
import { fromNodeHeaders } from 'better-auth/node';
import { dayAt } from '../../domain/shared/day.ts';
import type { Day, Instant, Zone } from '../../domain/shared/day.ts';
import { PERMISSIONS } from '../../domain/permissions.ts';
import type { Action } from '../../domain/permissions.ts';
import type { Role } from '../../domain/office/roles.ts';
import type {
  Actor,
  ActorSettings,
  Installation,
  Reach,
  Session,
  SessionMembership,
} from '../../prisma/connect.ts';
import type { ApiParts } from '../parts.ts';
import { sessionCookie, tokenHash } from '../sign-in/session-token.ts';
import { SESSION_LASTS, SESSION_RENEWED_AFTER } from '../sign-in/sign-in.ts';

/** Memberships and the installation's day are judged by western time, where the capital is. */
export const INSTALLATION_ZONE: Zone = 'Asia/Jakarta';

export type Principal = {
  sessionId: string;
  /** When the session is over, unless it is used before; and at the latest. */
  expiresAt: Instant;
  userId: string;
  name: string;
  email: string;
  mustChangePassword: boolean;
  roles: Role[];
  /** Roles that hold on the installation's day, and those that begin later. */
  memberships: SessionMembership[];
  /** As whom this caller's transactions run. */
  actor: Actor & { kind: 'user' };
  /** By what their readings know them, and what they reach. A kept session keeps both. */
  settings: ActorSettings;
  reach: Reach;
  installation: Installation['kind'];
  /** The business instant of the call, and the installation's day. */
  now: Instant;
  today: Day;
};

/** How long (ms) a session that was looked up is kept, by this process's own clock. */
const KEPT_FOR = 1_000;

/** Sessions kept at most. */
const MOST_KEPT = 10_000;

export type Recognition = {
  /** Who calls with these headers; null for nobody who is signed in. */
  authenticate: (headers: IncomingHttpHeaders) => Promise<Principal | null>;
  /** Looks everybody up again: something has been changed. */
  forget: () => void;
};

/** Recognises callers by their session, which is looked up once a second at most. */
export function createRecognition(
  {
    signIn,
    database,
    announcements,
    longestSession,
  }: Pick<ApiParts, 'signIn' | 'database' | 'announcements' | 'longestSession'>,
  keptFor = KEPT_FOR,
): Recognition {
  const cookie = sessionCookie(signIn);
  let kept = new Map<string, { until: number; session: Promise<Session | null> }>();
  // A look-up that is under way while something changes is answered, and kept by nobody.
  const forget = () => (kept = new Map());
  announcements.subscribe((heard) => {
    if (heard === null || heard.topic === 'clock' || heard.topic === 'session') forget();
  });
  return { authenticate, forget };

  async function authenticate(headers: IncomingHttpHeaders): Promise<Principal | null> {
    if (!headers.cookie) return null;
    const hash = tokenHash(headers.cookie, await cookie);
    const session = hash && (await sessionOf(hash));
    const realNow = Date.now();
    if (!session || session.expiresAt <= realNow) return null;
    const longest = session.beganAt + longestSession;
    if (longest <= realNow) return null;
    if (session.expiresAt - SESSION_LASTS + SESSION_RENEWED_AFTER <= realNow) {
      // The library lets a session that is used last longer.
      await signIn.api.getSession({ headers: fromNodeHeaders(headers) });
      forget();
    }
    return principalOf(session, realNow, Math.min(session.expiresAt, longest));
  }

  function sessionOf(hash: Buffer): Promise<Session | null> {
    const key = hash.toString('base64');
    const known = kept.get(key);
    const now = performance.now();
    if (known && now < known.until) return known.session;
    if (kept.size >= MOST_KEPT) forget();
    const session = database.session(hash, Date.now(), INSTALLATION_ZONE);
    const into = kept;
    into.set(key, { until: now + keptFor, session });
    session.catch(() => into.delete(key));
    return session;
  }
}

function principalOf(session: Session, realNow: Instant, expiresAt: Instant): Principal {
  const { userId, name, email, mustChangePassword, memberships, installation } = session;
  const { settings, reach } = session;
  const now = realNow + installation.clockOffset;
  const today = dayAt(now, INSTALLATION_ZONE);
  const held = memberships.filter(({ from, until }) => from <= today && (until ?? today) >= today);
  return {
    sessionId: session.id,
    expiresAt,
    userId,
    name,
    email,
    mustChangePassword,
    roles: [...new Set(held.map(({ role }) => role as Role))],
    memberships,
    actor: { kind: 'user', userId, day: today },
    settings,
    reach,
    installation: installation.kind,
    now,
    today,
  };
}

/** Whether any of the caller's roles allows any of these actions anywhere. */
export function mayAny({ roles }: Pick<Principal, 'roles'>, actions: readonly Action[]): boolean {
  return PERMISSIONS.some(({ action, role }) => actions.includes(action) && roles.includes(role));
}
