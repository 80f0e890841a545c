/**
 * The sign-in library's open paths behind the API's own rules: what comes in is bounded and
 * checked before the library sees it, and its refusals go out as problems like all others.
 */
import { fromNodeHeaders } from 'better-auth/node';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { z } from 'zod';
import { jsonBody } from '../http/json-body.ts';
import { Refused } from '../http/problems.ts';
import { checkedBody } from '../http/router.ts';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from './sign-in.ts';
import type { SignIn } from './sign-in.ts';

const Password = z.string().min(1).max(1_000);

/** The only paths of the library that are reachable from outside, and what they take. */
const OPEN_PATHS = {
  '/sign-in/email': z.strictObject({ email: z.email().max(320), password: Password }),
  '/sign-out': z.strictObject({}),
  '/change-password': z.strictObject({
    currentPassword: Password,
    newPassword: Password,
    revokeOtherSessions: z.boolean().optional(),
  }),
};

/** Each open path with its handlers, for POST below `/api/auth`. */
export function openPaths(
  signIn: SignIn,
  baseUrl: string,
): { path: string; handlers: (RequestHandler | ErrorRequestHandler)[] }[] {
  return Object.entries(OPEN_PATHS).map(([path, schema]) => {
    const ask: RequestHandler = async (req, res) => {
      const body = checkedBody(schema, req.body);
      const answer = await signIn.handler(requestTo(`${baseUrl}/api/auth${path}`, req, body));
      for (const cookie of answer.headers.getSetCookie()) res.append('Set-Cookie', cookie);
      const text = await answer.text();
      if (answer.ok) {
        res.status(answer.status).type('json').send(text);
        return;
      }
      const seconds = answer.headers.get('X-Retry-After') ?? '60';
      if (answer.status === 429) res.set('Retry-After', seconds);
      throw refusalOf(answer.status, codeIn(text), seconds);
    };
    return { path, handlers: [jsonBody(), ask] };
  });
}

// The bytes that came in are not the ones that go on, so what describes them stays behind.
function requestTo(url: string, req: Request, body: unknown): globalThis.Request {
  const headers = fromNodeHeaders(req.headers);
  for (const name of ['Content-Length', 'Content-Encoding', 'Transfer-Encoding']) {
    headers.delete(name);
  }
  headers.set('Content-Type', 'application/json');
  return new globalThis.Request(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

const REFUSALS: Record<string, () => Refused> = {
  INVALID_EMAIL_OR_PASSWORD: () => new Refused('SignInWrong'),
  INVALID_PASSWORD: () => new Refused('CurrentPasswordWrong'),
  PASSWORD_UNCHANGED: () => new Refused('PasswordUnchanged'),
  PASSWORD_TOO_SHORT: () => new Refused('PasswordTooShort', { least: SHORTEST_PASSWORD }),
  PASSWORD_TOO_LONG: () => new Refused('PasswordTooLong', { most: LONGEST_PASSWORD }),
  INVALID_ORIGIN: () => new Refused('CrossSite'),
  MISSING_OR_NULL_ORIGIN: () => new Refused('CrossSite'),
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: () => new Refused('CrossSite'),
};

function refusalOf(status: number, code: string, seconds: string): Error {
  if (status === 429) return new Refused('TooManyAttempts', { seconds });
  const known = REFUSALS[code];
  if (known) return known();
  if (status === 401) return new Refused('NotSignedIn');
  if (status === 403) return new Refused('NotPermitted');
  return new Error(`the sign-in library answered ${status} ${code}`);
}

function codeIn(text: string): string {
  try {
    return (JSON.parse(text) as { code?: string }).code ?? '';
  } catch {
    return '';
  }
}
