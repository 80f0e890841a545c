/** Secrets that an embedded installation makes for itself. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { StartUpError } from './start-up-error.ts';

type Kept = {
  file: string;
  bytes: number;
  /** The cluster that is made with it: once that is there, another secret would not fit. */
  cluster: string;
  /** What to do when it is lost. */
  remedy: string;
};

/** The secret in this file, made at the first start. */
export function keptSecret({ file, bytes, cluster, remedy }: Kept): string {
  const there = existsSync(file);
  const kept = there ? readFileSync(file, 'utf8').trim() : '';
  if (kept !== '') return kept;
  if (existsSync(path.join(cluster, 'PG_VERSION'))) {
    const what = there ? 'empty' : 'missing';
    throw new StartUpError(`${file} is ${what}; the database was made with what it held.`, remedy);
  }
  const secret = randomBytes(bytes).toString('hex');
  // Renamed when it is on the disk: a start that is cut off leaves no half secret behind.
  const unfinished = `${file}.unfinished`;
  const descriptor = openSync(unfinished, 'w', 0o600);
  writeFileSync(descriptor, secret);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(unfinished, file);
  return secret;
}
