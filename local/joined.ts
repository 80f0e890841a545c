/**
 * Runs one command against an installation: the servers that the settings name, the embedded
 * stack that is running here, or one that is started for the occasion.
 */
import { spawn } from 'node:child_process';
import { readSettings } from '../config/settings.ts';
import { homeOf, isAlive, readRunNote } from './home.ts';
import { startStack } from './stack.ts';
import { inSentences } from './trouble.ts';

const [script = '', ...given] = process.argv.slice(2);

try {
  process.exit(await joined());
} catch (error) {
  console.error(inSentences(error));
  process.exit(1);
}

async function joined(): Promise<number> {
  const settings = readSettings();
  if (settings.DATABASE_URL !== undefined && settings.TEMPORAL_ADDRESS !== undefined) {
    return runScript({});
  }
  const note = readRunNote(homeOf(settings));
  if (note && isAlive(note.supervisor)) return runScript(note.env);

  const stack = await startStack(settings, { say: (line) => console.log(line) });
  try {
    await stack.startProcess('the worker', 'worker');
    return await runScript(stack.env);
  } finally {
    await stack.stop();
  }
}

function runScript(env: Record<string, string>): Promise<number> {
  const child = spawn(process.execPath, ['--enable-source-maps', script, ...given], {
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
