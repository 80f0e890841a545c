/**
 * Runs one command against an installation: the servers that the settings name, the embedded
 * stack that is running here, or one that is started for the occasion.
 */
import { readSettings } from '../config/settings.ts';
import { askedToStop } from './asked-to-stop.ts';
import { installationFolder, isAlive, readRunNote } from './installation-folder.ts';
import { runScript, STOPPED } from './run-script.ts';
import { startStack } from './stack.ts';
import { inSentences, Stopped } from './start-up-error.ts';

const command = process.argv.slice(2);
const asked = askedToStop();

try {
  process.exit(await withRunningStack());
} catch (error) {
  console.error(inSentences(error));
  process.exit(error instanceof Stopped ? STOPPED : 1);
}

async function withRunningStack(): Promise<number> {
  const settings = readSettings();
  if (settings.DATABASE_URL !== undefined && settings.TEMPORAL_ADDRESS !== undefined) {
    return runScript(command, {}, asked);
  }
  const note = readRunNote(installationFolder(settings));
  if (note && isAlive(note.supervisor)) return runScript(command, note.env, asked);

  const stack = await startStack(settings, { say: (line) => console.log(line), asked });
  try {
    return await runScript(command, stack.env, asked);
  } finally {
    await stack.stop();
  }
}
