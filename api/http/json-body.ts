/**
 * Request bodies: JSON in intact UTF-8 up to a size, or a refusal that says which of these a body was
 * not. Left to itself, Express's parser replaces broken bytes and would store what nobody wrote.
 */
import { isUtf8 } from 'node:buffer';
import express from 'express';
import type { Request, RequestHandler } from 'express';
import { Refused } from './problems.ts';

/** The largest body in kilobytes; the longest text fields fit many times. */
const MOST = 256;

/** Reads bodies into `req.body`; refuses what is not JSON. */
export function jsonBody(): RequestHandler {
  const limit = `${MOST}kb`;
  const read = express.json({ type: () => true, limit, strict: false, verify: requireJson });
  // Around the reader and not behind it, where errors of everything before it would pass by.
  return (req, res, next) =>
    read(req, res, (error?: unknown) => next(error === undefined ? error : refusalOf(error)));
}

function requireJson(req: unknown, _res: unknown, bytes: Buffer, encoding: string): void {
  if (bytes.length === 0) return;
  if (!(req as Request).is('application/json')) throw new Refused('NotJson');
  if (encoding !== 'utf-8' || !isUtf8(bytes)) throw new Refused('MalformedJson');
}

// What else can be wrong: it is too large, it breaks off, it is in an encoding that nobody asked for.
function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  const isTooLarge = (error as { type?: string }).type === 'entity.too.large';
  return isTooLarge ? new Refused('BodyTooLarge', { most: MOST }) : new Refused('MalformedJson');
}
