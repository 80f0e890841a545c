/** Files that settings name. */
import { readFileSync } from 'node:fs';
import { SettingsRefused } from './settings.ts';

/** What stands in the file, or a refusal that names the setting. */
export function readNamed(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingsRefused(`${setting} names ${file}, which cannot be read (${code}).`);
  }
}
