/**
 * The folder in which the stories are played. It belongs to them: every run begins with an empty
 * one. A real installation is never touched, and neither is one that somebody is using.
 */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { readSettings } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { removeCluster } from '../local/cluster-place.ts';
import {
  installationFolder,
  isAlive,
  openFolder,
  readRunNote,
  acquire,
} from '../local/installation-folder.ts';
import type { InstallationFolder } from '../local/installation-folder.ts';
import { freePort } from '../local/port.ts';
import { startPostgres } from '../local/postgres.ts';
import { StartUpError } from '../local/start-up-error.ts';

// Servers of somebody's own are none of the stories' business, whatever this shell knows of them.
const NOT_OURS = /^(DATABASE_URL|TEMPORAL_(?!BINARY)|SMTP_|MAILBOX_FOLDER|ADMIN_|MAPALUS_(?!HOME))/;

/**
 * Settings of a training installation on embedded parts only. Takes everything else out of the
 * environment, because the parts inherit it.
 */
export function trainingSettings(env: NodeJS.ProcessEnv): Settings {
  for (const name of Object.keys(env).filter((each) => NOT_OURS.test(each))) delete env[name];
  return readSettings({ ...env, MAPALUS_INSTALLATION: 'training' });
}

/** The address at which people will open the installation. */
export function originOf({ BASE_URL, PORT }: Settings): string {
  return BASE_URL ?? `http://localhost:${PORT}`;
}

/**
 * Empties the training folder, or says why it must not be emptied. Answers whether there was an
 * installation in it.
 */
export async function emptyFolder(
  settings: Settings,
): Promise<{ home: InstallationFolder; emptied: boolean }> {
  const home = installationFolder(settings);
  const note = readRunNote(home);
  if (note && isAlive(note.supervisor)) {
    throw new StartUpError(
      `Lingkungan latihan di ${home.folder} sedang berjalan (proses ${note.supervisor.pid}).`,
      'Hentikan dengan Ctrl-C di jendelanya, lalu ulangi; kisah selalu mulai dari awal.',
    );
  }
  openFolder(home);
  await acquire(home);
  const kind = await kindOf(home);
  if (kind === 'real') {
    throw new StartUpError(
      `Di ${home.folder} ada lingkungan sungguhan. Kisah tidak dimainkan di sana.`,
      'Pakai MAPALUS_HOME yang lain untuk kisah, atau pindahkan lingkungan itu lebih dahulu.',
    );
  }
  const { postgres, temporalFile, mail, log, runFile, folder } = home;
  const temporal = ['', '-wal', '-shm', '-journal'].map((suffix) => temporalFile + suffix);
  const rest = ['secret', 'demo.json'].map((name) => path.join(folder, name));
  removeCluster(postgres);
  for (const each of [...temporal, mail, log, runFile, ...rest]) {
    rmSync(each, { recursive: true, force: true });
  }
  return { home, emptied: kind !== undefined };
}

// Only the installation itself knows what it is.
async function kindOf(home: InstallationFolder): Promise<string | undefined> {
  if (!existsSync(path.join(home.postgres, 'cluster'))) return undefined;
  const cluster = await startPostgres(home.postgres, await freePort());
  const client = new pg.Client({ connectionString: cluster.superuserUrl('mapalus') });
  try {
    await client.connect();
    const { rows } = await client.query<{ kind: string }>('select kind from installation');
    return rows[0]?.kind;
  } catch (error) {
    // No database, or no table in it: a making that was cut off, which never held anything.
    if (['3D000', '42P01'].includes((error as { code?: string }).code ?? '')) return undefined;
    throw error;
  } finally {
    await client.end();
    await cluster.stop();
  }
}
