/** The token in a caller's cookie, as better-auth signs it: `<token>.<HMAC of it>`. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SignIn } from './sign-in.ts';

type SessionCookie = { name: string; secret: string };

/** How the sign-in library names and signs its cookie. */
export async function sessionCookie(signIn: SignIn): Promise<SessionCookie> {
  const { authCookies, secret } = await signIn.$context;
  return { name: authCookies.sessionToken.name, secret };
}

/** The hash of the token that these cookies hold, or null where none is well signed. */
export function tokenHash(cookies: string, { name, secret }: SessionCookie): Buffer | null {
  const given = cookies
    .split(';')
    .map((each) => each.trim())
    .find((each) => each.startsWith(`${name}=`));
  const value = given === undefined ? '' : decoded(given.slice(name.length + 1));
  const dot = value.lastIndexOf('.');
  if (dot < 1) return null;
  const token = value.slice(0, dot);
  const signature = Buffer.from(value.slice(dot + 1), 'base64');
  const right = createHmac('sha256', secret).update(token).digest();
  if (signature.length !== right.length || !timingSafeEqual(signature, right)) return null;
  return createHash('sha256').update(token).digest();
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
