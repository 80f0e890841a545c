/**
 * Signing in, signing out and changing one's password, below `/api/auth`. The sign-in library opens and ends
 * sessions; what comes in is bounded, checked and counted before it sees it, and its refusals go out as
 * problems like all others.
 */
import { fromNodeHeaders } from 'better-auth/node';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { z } from 'zod';
import { jsonBody } from '../http/json-body.ts';
import { Refused } from '../http/problems.ts';
import type { RequestCode } from '../http/problems.ts';
import { checkedBody } from '../http/router.ts';
import type { RouterParts } from '../http/router.ts';
import type { ApiParts } from '../parts.ts';
import { CLIENT_ADDRESS } from './sign-in.ts';

const Password = z.string().min(1).max(1_000);
const Entering = z.strictObject({ email: z.email().max(320), password: Password });
const Leaving = z.strictObject({});
const Changing = z.strictObject({ currentPassword: Password, newPassword: Password });

type Handlers = (RequestHandler | ErrorRequestHandler)[];

/** Each open path with its handlers, for POST below `/api/auth`. */
export function openPaths(
  parts: ApiParts,
  baseUrl: string,
  authenticate: RouterParts['authenticate'],
): { path: string; handlers: Handlers }[] {
  const { signIn, attempts, ownPasswords } = parts;

  const enter: RequestHandler = async (req, res) => {
    const body = checkedBody(Entering, req.body) as z.output<typeof Entering>;
    const attempt = await attempts.begin({
      email: body.email,
      address: addressOf(req),
      as: 'sign-in',
    });
    const answer = await asked('/sign-in/email', req, body).catch(async (error: unknown) => {
      await attempt.forgotten().catch(() => undefined);
      throw error;
    });
    const text = await answer.text();
    if (!answer.ok) {
      const refusal = refusalOf(answer.status, codeIn(text));
      if (refusal instanceof Refused && refusal.code !== 'SignInWrong') {
        await attempt.refused(refusal.code);
      }
      throw refusal;
    }
    await attempt.succeeded((JSON.parse(text) as { user: { id: string } }).user.id);
    for (const cookie of answer.headers.getSetCookie()) res.append('Set-Cookie', cookie);
    res.status(200).type('json').send(text);
  };

  const leave: RequestHandler = async (req, res) => {
    const answer = await asked('/sign-out', req, checkedBody(Leaving, req.body));
    for (const cookie of answer.headers.getSetCookie()) res.append('Set-Cookie', cookie);
    const text = await answer.text();
    if (!answer.ok) throw refusalOf(answer.status, codeIn(text));
    res.status(200).type('json').send(text);
  };

  const change: RequestHandler = async (req, res) => {
    const body = checkedBody(Changing, req.body) as z.output<typeof Changing>;
    const principal = await authenticate(req.headers);
    req.principal = principal;
    if (!principal) throw new Refused('NotSignedIn');
    await ownPasswords.change({ ...body, address: addressOf(req), principal });
    res.status(200).json({});
  };

  return Object.entries({
    '/sign-in/email': enter,
    '/sign-out': leave,
    '/change-password': change,
  }).map(([path, handler]) => ({ path, handlers: [jsonBody(), handler] }));

  function asked(path: string, req: Request, body: unknown): Promise<Response> {
    return signIn.handler(requestTo(`${baseUrl}/api/auth${path}`, req, body));
  }
}

function addressOf(req: Request): string {
  return req.get(CLIENT_ADDRESS) ?? '';
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

const REFUSALS: Record<string, RequestCode> = {
  INVALID_EMAIL_OR_PASSWORD: 'SignInWrong',
  ONE_TIME_PASSWORD_SPENT: 'OneTimePasswordSpent',
  ACCOUNT_CLOSED: 'AccountClosed',
  INVALID_ORIGIN: 'CrossSite',
  MISSING_OR_NULL_ORIGIN: 'CrossSite',
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: 'CrossSite',
};

function refusalOf(status: number, code: string): Error {
  const known = REFUSALS[code];
  if (known) return new Refused(known);
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
