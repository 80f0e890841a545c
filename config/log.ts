/** Structured logs: one JSON object a line, with ids and codes and nothing personal. */
import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * The log of a process. Fields that could name somebody are removed wherever they appear. Each
 * line is written before the process goes on, so that the last ones before an end are not lost.
 */
export function createLog(name: string, level: string): Logger {
  return pino(
    {
      name,
      level,
      base: { name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['email', '*.email', 'password', '*.password', 'cookie', '*.cookie'] },
    },
    pino.destination({ fd: 1, sync: true }),
  );
}
