/**
 * Requests that never became one: bytes that are no HTTP, headers without end, a body that does not come. Node
 * finds them before the application hears of them; they are answered as everything else is, and cut.
 */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { problemOf, Refused } from './problems.ts';
import type { RequestCode } from './problems.ts';

const CODES: Record<string, RequestCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'RequestTooSlow',
  HPE_HEADER_OVERFLOW: 'HeadersTooLarge',
};

const PHRASES: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/** Answers what Node has found to be no request, and closes the connection. */
export function answerBroken({ code = '' }: NodeJS.ErrnoException, socket: Duplex): void {
  // Nothing can be said to somebody who has gone, or who is being answered already.
  if (code === 'ECONNRESET' || !socket.writable || isAnswered(socket)) {
    socket.destroy();
    return;
  }
  const requestId = `req-${randomUUID()}`;
  const problem = problemOf(new Refused(CODES[code] ?? 'MalformedRequest'), requestId);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${PHRASES[problem.status] ?? ''}`,
    'Connection: close',
    'Cache-Control: no-store',
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

// The answer that is being written on this connection, as Node keeps it.
function isAnswered(socket: Duplex): boolean {
  const { _httpMessage: answer } = socket as { _httpMessage?: { headersSent?: boolean } | null };
  return answer?.headersSent === true;
}
