/**
 * Runs one command against an installation: the servers that the settings name, the embedded
 * stack that is running here, or one that is started for the occasion.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { environmentOf } from '../config/secrets.ts';
import { readSettings } from '../config/settings.ts';
import { askedToStop } from './asked-to-stop.ts';
import { homeOf, isAlive, readRunNote } from './home.ts';
import { startStack } from './stack.ts';
import { stopProcess } from './stop-process.ts';
import { inSentences, Stopped } from './trouble.ts';

/** What a shell expects of a command that was ended by Ctrl-C. */
const STOPPED = 130;

const [script = '', ...given] = process.argv.slice(2);
const asked = askedToStop();

try {
  process.exit(await joined());
} catch (error) {
  console.error(inSentences(error));
  process.exit(error instanceof Stopped ? STOPPED : 1);
}

async function joined(): Promise<number> {
  const settings = readSettings();
  if (settings.DATABASE_URL !== undefined && settings.TEMPORAL_ADDRESS !== undefined) {
    return runScript({});
  }
  const note = readRunNote(homeOf(settings));
  if (note && isAlive(note.supervisor)) return runScript(note.env);

  const stack = await startStack(settings, { say: (line) => console.log(line), asked });
  try {
    await Promise.race([asked, stack.startProcess('the worker', 'worker')]);
    return await runScript(stack.env);
  } finally {
    await stack.stop();
  }
}

// These commands are about running lives and the audit, and connect as the worker does.
async function runScript(env: Record<string, string>): Promise<number> {
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
