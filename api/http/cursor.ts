/** Where a page ended. Opaque to callers; a cursor that was not made here is refused. */
import { z } from 'zod';
import { isDay } from '../../domain/shared/day.ts';
import { Refused } from './problems.ts';

/** The sort keys of the last row of a page, as text to be handed back. */
export function writeCursor(keys: readonly string[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** The sort keys in a cursor, each of its kind; refuses whatever else was sent. */
export function readCursor(cursor: string, kinds: readonly ((key: string) => boolean)[]): string[] {
  const keys = parsed(Buffer.from(cursor, 'base64url').toString());
  const isCursor =
    Array.isArray(keys) &&
    keys.length === kinds.length &&
    kinds.every((isKind, at) => isText(keys[at]) && isKind(keys[at]));
  if (!isCursor) throw new Refused('CursorMalformed');
  return keys as string[];
}

/** Whether a key is an id. */
export function isId(key: string): boolean {
  return z.uuid().safeParse(key).success;
}

/** Whether a key is an instant as cursors write it, in UTC. */
export function isMoment(key: string): boolean {
  const [, day] = /^(.{10})T([01]\d|2[0-3])(:[0-5]\d){2}\.\d{3,6}Z$/.exec(key) ?? [];
  return day !== undefined && isDay(day);
}

/** Whether a key is a place in a chain. */
export function isPlace(key: string): boolean {
  return /^\d{1,9}$/.test(key);
}

/** Whether a key is a number that a sequence may have given. */
export function isSequence(key: string): boolean {
  return /^\d{1,18}$/.test(key);
}

function isText(key: unknown): key is string {
  return typeof key === 'string' && key.isWellFormed() && !key.includes('\0');
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
