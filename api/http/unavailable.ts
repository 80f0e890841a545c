/** Tells a server that cannot be reached from a defect of this product. */
import { isUnreachable } from '../workflow-client.ts';

// What PostgreSQL says while it is stopping, starting or out of resources, by SQLSTATE: 08 connection,
// 57P shut down or not started yet, 53 insufficient resources.
const AWAY_STATES = /^(08...|53...|57P..)$/;
const AWAY_SYSTEM = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
];
// Prisma: not reached, not in time, timed out, connection closed, no connection free, transaction gone, too
// many connections.
const AWAY_PRISMA = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'];
const AWAY_WORDS =
  /terminated unexpectedly|connection (terminated|closed)|is not queryable|timeout exceeded|DatabaseNotReachable|ConnectionClosed|SocketTimeout/i;

/** Whether an error means that PostgreSQL or Temporal could not be reached. */
export function isAway(error: unknown, depth = 0): boolean {
  if (error === null || typeof error !== 'object' || depth > 5) return false;
  if (isUnreachable(error)) return true;
  const { code, originalCode, message, kind, cause, meta, driverAdapterError } = error as Record<
    string,
    unknown
  >;
  const isCode = (value: unknown) =>
    typeof value === 'string' &&
    (AWAY_STATES.test(value) || AWAY_SYSTEM.includes(value) || AWAY_PRISMA.includes(value));
  const isWord = (value: unknown) => typeof value === 'string' && AWAY_WORDS.test(value);
  return (
    isCode(code) ||
    isCode(originalCode) ||
    isWord(message) ||
    isWord(kind) ||
    [cause, meta, driverAdapterError].some((inner) => isAway(inner, depth + 1))
  );
}
