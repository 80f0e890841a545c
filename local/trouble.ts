import { SettingsRefused } from '../config/settings.ts';

/** A failure of the machine rather than of the code: what happened and how to mend it. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
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

/** What a command says before it gives up: a sentence where there is one, else where it broke. */
export function inSentences(error: unknown): string {
  if (error instanceof Trouble) return `\n${error.message}\n→ ${error.remedy}`;
  if (error instanceof Stopped) return '\nStopped before it was ready.';
  if (error instanceof SettingsRefused) return `\n${error.message}`;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (/ENOSPC/.test(text)) return '\nThe disk is full.\n→ Free some space and start again.';
  return text;
}
