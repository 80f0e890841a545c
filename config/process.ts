/**
 * How a process of ours starts and ends: it says when it is ready, stops in order when asked, and
 * says in a sentence why it could not go on.
 */
import { createLog } from './log.ts';
import type { Logger } from './log.ts';
import { readSettings, SettingsRefused } from './settings.ts';
import type { Settings } from './settings.ts';

/** A started service. */
export type Running = {
  stop: () => Promise<void>;
  /** Resolves when it can serve; at once when nothing is said. */
  ready?: Promise<void>;
  /** Rejects when it breaks. */
  broken?: Promise<never>;
};

/**
 * Runs a service until somebody asks it to stop: a signal, or the parent that started it going
 * away. Exits with 1 when it cannot start or breaks.
 */
export async function runService(
  name: string,
  start: (settings: Settings, log: Logger) => Promise<Running>,
): Promise<void> {
  let log = createLog(name, 'info');
  try {
    const asked = askedToStop();
    const settings = readSettings();
    log = createLog(name, settings.LOG_LEVEL);
    // Until it runs it holds nothing but connections, which end with the process.
    const running = await Promise.race([asked, start(settings, log)]);
    if (running) {
      const over = Promise.race([asked, running.broken ?? asked]);
      await Promise.race([over, running.ready]);
      tellParent('ready');
      await over;
      log.info('stopping');
      // Whoever waits without a handle of its own would see the process end before it has stopped.
      const awake = setInterval(() => undefined, 1_000);
      await running.stop();
      clearInterval(awake);
    }
    log.info('stopped');
    process.exit(0);
  } catch (error) {
    if (error instanceof SettingsRefused) console.error(error.message);
    else if (hasCode(error, 'EADDRINUSE'))
      console.error(`Port ${error.port} is taken by another program.`);
    else if (hasCode(error, 'EADDRNOTAVAIL'))
      console.error(`HOST names ${error.address}, which is no address of this machine.`);
    else log.fatal({ err: error }, 'the process cannot go on');
    process.exit(1);
  }
}

function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
    // Started by another process of ours: without it there is nobody left to stop us.
    if (process.send) process.on('disconnect', () => resolve());
    // Gone already while this process was still loading.
    if (process.send && !process.connected) resolve();
  });
}

function hasCode(error: unknown, code: string): error is { port: number; address: string } {
  return (error as { code?: unknown }).code === code;
}

function tellParent(message: 'ready'): void {
  if (process.connected) process.send?.(message);
}
