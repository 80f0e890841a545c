/**
 * Request bodies: JSON in intact UTF-8 up to a size, or a refusal that says which of these it was
 * not. Express's own parser replaces broken bytes and would store what nobody wrote.
 */
import express from 'express';
import type { RequestHandler } from 'express';
import { Refused } from './problems.ts';

/** The largest body in kilobytes; the longest text fields fit many times. */
const MOST = 256;

/** Reads bodies into `req.body`; refuses what is not JSON. */
export function jsonBody(): RequestHandler[] {
  const read = express.raw({ type: () => true, limit: `${MOST}kb` });
  // Around the reader and not behind it, where errors of everything before it would pass by.
  const readBytes: RequestHandler = (req, res, next) =>
    read(req, res, (error?: unknown) => next(error === undefined ? error : unreadable(error)));
  return [readBytes, parse];
}

// Besides too large: an encoding nobody asked for, a body that ended early.
function unreadable(error: unknown): Refused {
  return (error as { type?: string }).type === 'entity.too.large'
    ? new Refused('BodyTooLarge', { most: MOST })
    : new Refused('MalformedJson');
}

const parse: RequestHandler = (req, _res, next) => {
  const bytes: unknown = req.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) {
    req.body = undefined;
    next();
    return;
  }
  if (!req.is('application/json')) throw new Refused('NotJson');
  req.body = parsed(bytes);
  next();
};

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Refused('MalformedJson');
  }
}
