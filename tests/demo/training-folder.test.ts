import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import { emptyFolder, trainingSettings } from '../../demo/training-folder.ts';
import { installationFolder, noted, writeRunNote } from '../../local/installation-folder.ts';
import { freePort } from '../../local/port.ts';
import { startPostgres } from '../../local/postgres.ts';
import { swiftFolder } from '../support/swift-folder.ts';

describe('the folder of the stories', () => {
  const folder = swiftFolder('ground');
  const settings = readSettings({ MAPALUS_HOME: folder, MAPALUS_INSTALLATION: 'training' });
  const home = installationFolder(settings);
  beforeAll(async () => {
    mkdirSync(home.folder, { recursive: true });
    await anInstallation('real');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is refused when a real installation is there, which stays as it is', async () => {
    const clearing = emptyFolder(settings);

    await expect(clearing).rejects.toThrow(/lingkungan sungguhan/);
    expect(existsSync(path.join(home.postgres, 'cluster/PG_VERSION'))).toBe(true);
  });

  test('is refused while somebody uses it', async () => {
    const supervisor = noted('npm start', process.pid);
    writeRunNote(home, { supervisor, parts: [], env: {} });

    const clearing = emptyFolder(settings);

    await expect(clearing).rejects.toThrow(/sedang berjalan/);
    rmSync(home.runFile);
  });

  test('is emptied of a training installation, and of nothing else', async () => {
    await anInstallation('training');
    const foreign = path.join(home.folder, 'catatan-saya.txt');
    for (const file of [home.temporalFile, foreign]) writeFileSync(file, 'x');

    const { emptied } = await emptyFolder(settings);

    const left = [home.postgres, home.temporalFile, foreign].map((each) => existsSync(each));
    expect([emptied, ...left]).toEqual([true, false, false, true]);
  });

  async function anInstallation(kind: 'real' | 'training'): Promise<void> {
    const cluster = await startPostgres(home.postgres, await freePort());
    const superuser = new pg.Client({ connectionString: cluster.superuserUrl('postgres') });
    await superuser.connect();
    await superuser.query('drop database if exists mapalus');
    await superuser.query('create database mapalus');
    await superuser.end();
    const owner = new pg.Client({ connectionString: cluster.superuserUrl('mapalus') });
    await owner.connect();
    await owner.query('create table installation (kind text)');
    await owner.query('insert into installation values ($1)', [kind]);
    await owner.end();
    await cluster.stop();
  }
});

describe('the settings of the stories', () => {
  test('know no servers but embedded ones', () => {
    const env: NodeJS.ProcessEnv = {
      MAPALUS_HOME: '/somewhere',
      MAPALUS_INSTALLATION: 'real',
      DATABASE_URL: 'postgres://owner@db.example/mapalus',
      DATABASE_URL_APP: 'postgres://app@db.example/mapalus',
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_BINARY: '/usr/bin/temporal',
      SMTP_URL: 'smtp://mail.example',
      ADMIN_PASSWORD: 'a password of somebody',
    };

    const { MAPALUS_INSTALLATION: kind } = trainingSettings(env);

    expect(kind).toBe('training');
    expect(env).toEqual({ MAPALUS_HOME: '/somewhere', TEMPORAL_BINARY: '/usr/bin/temporal' });
  });
});
