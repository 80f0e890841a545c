/** Signing in and out and changing one's password: the sign-in library's own paths. */
import { reach } from './call.ts';
import { failureOf } from './failure.ts';

/** Opens a session. Wrong names and passwords are answered alike. */
export function signIn(given: { email: string; password: string }): Promise<void> {
  return post('/sign-in/email', given);
}

/** Ends the session of this browser. */
export function signOut(): Promise<void> {
  return post('/sign-out', {});
}

/** Replaces the password and ends every other session of the account. */
export function changePassword(given: {
  currentPassword: string;
  newPassword: string;
}): Promise<void> {
  return post('/change-password', given);
}

/** The shortest password that is taken; the sign-in library checks it again. */
export const SHORTEST_PASSWORD = 12;

async function post(path: string, body: object): Promise<void> {
  const response = await reach(`/api/auth${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw failureOf(response, await response.text());
}
