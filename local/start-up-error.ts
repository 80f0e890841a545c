/** Failures of the machine rather than of the code, and how to mend them. */
import { SettingsRefused } from '../config/settings.ts';

/** A failure of the machine: what happened and how to mend it. */
export class StartUpError extends Error {
  override readonly name = 'StartUpError';
  readonly remedy: string;

  constructor(what: string, remedy: string) {
    super(what);
    this.remedy = remedy;
  }
}

/** A command was asked to stop before what it starts was running; what had begun has ended. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** How a program says that the system's own library is older than it needs. */
export const TOO_OLD = /version .GLIBC_[\d.]+' not found/;

/** What a command says before it gives up: a sentence where there is one, else where it broke. */
export function inSentences(error: unknown): string {
  if (error instanceof Stopped) return '\nStopped before it was ready.';
  if (error instanceof SettingsRefused) return `\n${error.message}`;
  const trouble = error instanceof StartUpError ? error : troubleOf(error);
  return trouble ? `\n${trouble.message}\n→ ${trouble.remedy}` : textOf(error);
}

// What any machine can be short of, whichever part noticed it.
function troubleOf(error: unknown): StartUpError | undefined {
  const text = textOf(error);
  const { path: place } = (error ?? {}) as { path?: unknown };
  const where = typeof place === 'string' ? place : 'A folder of Mapalus';
  if (/ENOSPC|no space left/i.test(text)) {
    return new StartUpError('The disk is full.', 'Free some space and start again.');
  }
  if (/EROFS|read-only file system/i.test(text)) {
    return new StartUpError(
      `${where} cannot be written: its disk is read-only.`,
      'Copy the product to a disk that can be written and start it there. Once it is built, ' +
        'MAPALUS_HOME alone may name a folder on another disk.',
    );
  }
  // Node's own words and esbuild's; PostgreSQL speaks of denied permissions, too.
  if (/\b(EACCES|EPERM): |Failed to (write|create) .*permission denied/i.test(text)) {
    return new StartUpError(
      `${where} may not be used by this user.\n  ${text.split('\n')[0]}`,
      'Start as the user whom the folder belongs to, or give it to the one who starts (`chown -R`).',
    );
  }
  if (TOO_OLD.test(text)) {
    return new StartUpError(
      `This system is too old for Mapalus.\n  ${TOO_OLD.exec(text)?.[0]}`,
      'Use a system with glibc 2.28 or later, such as Debian 10 or Ubuntu 20.04.',
    );
  }
  return undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
