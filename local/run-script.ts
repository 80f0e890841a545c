/** Runs one of our commands to its end, in this terminal. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { environmentOf } from './secrets.ts';
import { stopProcess } from './stop-process.ts';

/** What a shell expects of a command that was ended by Ctrl-C. */
export const STOPPED = 130;

/**
 * Runs a script with these settings besides the shell's own; answers its exit code. Our commands are
 * about running workflows and the audit, and connect as the worker does.
 */
export async function runScript(
  [script = '', ...given]: string[],
  env: Record<string, string>,
  asked: Promise<void>,
): Promise<number> {
  const child = spawn(process.execPath, ['--enable-source-maps', script, ...given], {
    env: environmentOf('worker', { ...process.env, ...env }),
    stdio: 'inherit',
  });
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGINT']),
    );
  });
  const code = await Promise.race([ended, asked.then(() => STOPPED)]);
  await stopProcess(child, 10_000);
  return code;
}
