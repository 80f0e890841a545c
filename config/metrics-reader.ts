/** Who may read a process's numbers. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Without a token only the machine itself may read, and not on behalf of somebody else, as a proxy
 * on the machine would; with a token, whoever knows it.
 */
export function mayReadMetrics(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  token: string | undefined,
): boolean {
  if (token === undefined) {
    const forwarded = headers['x-forwarded-for'] ?? headers.forwarded;
    const near = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
    return forwarded === undefined && near.includes(socket.remoteAddress ?? '');
  }
  const given = Buffer.from(headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
