/** Making an installation, and making it again after a start that was cut off. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install } from '../../../api/installation/install.ts';
import type { Installed } from '../../../api/installation/install.ts';
import { hashPassword, verifyPassword } from '../../../api/sign-in/password.ts';
import { readSettings } from '../../../config/settings.ts';
import { freePort } from '../../../local/port.ts';
import { startPostgres } from '../../../local/postgres.ts';
import type { Cluster } from '../../../local/postgres.ts';
import { urlOf } from '../../../prisma/roles.ts';
import { createDatabase } from '../../support/create-database.ts';
import { TEST_SECRET } from '../../support/test-servers.ts';
import { swiftFolder } from '../../support/swift-folder.ts';

// A cluster of its own: the passwords of roles are the whole cluster's.
let cluster: Cluster;
// What the first start printed, in every installation here.
let first: Installed;
const folder = swiftFolder('install');
beforeAll(async () => {
  cluster = await startPostgres(path.join(folder, 'postgres'), await freePort());
  const template = await createDatabase(cluster.superuserUrl('postgres'), 'installed');
  await onCluster('alter role mapalus_owner createrole');
  first = await install(readSettings({ DATABASE_URL: template, MAPALUS_SECRET: TEST_SECRET }));
});
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
});

describe('the first account', () => {
  test('gets another one-time password while nobody has chosen one of their own', async () => {
    const database = await anInstallation('password_lost');

    const second = await database.install();

    expect(second.firstAdministrator?.email).toBe('admin@mapalus.localhost');
    expect(await database.opens(first)).toBe(false);
    expect(await database.opens(second)).toBe(true);
    expect(await database.rows('select role from membership')).toEqual([{ role: 'administrator' }]);
  });

  test('has the password of the settings, which is never printed and has to be changed', async () => {
    const chosen = 'kata sandi dari pengaturan';
    const database = await anInstallation('password_given');

    const again = await database.install({ ADMIN_PASSWORD: chosen });

    expect(again.firstAdministrator).toMatchObject({
      email: 'admin@mapalus.localhost',
      oneTimePassword: null,
    });
    const [{ password: hash }] = await database.rows('select password from auth.account');
    expect(await verifyPassword({ hash, password: chosen })).toBe(true);
    expect(await database.rows('select must_change_password as must from auth."user"')).toEqual([
      { must: true },
    ]);
  });

  test('is left alone once its password has been changed', async () => {
    const database = await anInstallation('password_changed');
    const chosen = await hashPassword('kata sandi pilihan sendiri', 1);
    await database.rows('update auth.account set password = $1', [chosen]);
    await database.rows('update auth."user" set must_change_password = false');

    const again = await database.install();

    expect(again.firstAdministrator).toBeNull();
    expect(await database.rows('select password from auth.account')).toEqual([
      { password: chosen },
    ]);
  });

  test('whose making was cut off before it had a role gets its role', async () => {
    const database = await anInstallation('role_missing');
    await database.rows('delete from membership');
    await database.rows('update auth."user" set must_change_password = false');

    const again = await database.install();

    expect(await database.opens(again)).toBe(true);
    expect(await database.rows('select must_change_password as must from auth."user"')).toEqual([
      { must: true },
    ]);
    expect(await database.rows('select role from membership')).toEqual([{ role: 'administrator' }]);
  });

  test('whose making was cut off before it had a password is made anew', async () => {
    const database = await anInstallation('account_halved');
    await database.rows('delete from membership');
    await database.rows('delete from auth.account');

    const again = await database.install();

    expect(await database.opens(again)).toBe(true);
    expect(await database.rows('select role from membership')).toEqual([{ role: 'administrator' }]);
  });
});

describe('an installation that nobody can administer any more', () => {
  test('is given back to somebody new, with a password for one use', async () => {
    const database = await anInstallation('given_back');
    await database.rows('update membership set until_day = from_day - 1');
    await database.rows('update auth."user" set must_change_password = false, closed_at = now()');

    const given = await database.install({}, 'Penyelamat@example.test');

    const [account] = await database.rows(
      `select u.email, m.role, o.kind, m.until_day, home.kind as home, u.must_change_password as must
       from auth."user" u join membership m on m.user_id = u.id join office o on o.id = m.office_id
       join office home on home.id = u.home_id where u.closed_at is null`,
    );
    expect(await database.opens(given)).toBe(true);
    expect(account).toEqual({
      email: 'penyelamat@example.test',
      role: 'administrator',
      kind: 'operator',
      until_day: null,
      home: 'operator',
      must: true,
    });
  });

  test('is given back to the one who was closed, on the day of it', async () => {
    const database = await anInstallation('reopened');
    await database.rows('update membership set until_day = from_day - 1');
    await database.rows('update auth."user" set must_change_password = false, closed_at = now()');

    const given = await database.install({}, 'admin@mapalus.localhost');

    expect(await database.opens(given)).toBe(true);
    expect(
      await database.rows(
        `select closed_at, until_day from auth."user" u join membership m on m.user_id = u.id`,
      ),
    ).toEqual([{ closed_at: null, until_day: null }]);
  });
});

describe('a serving role', () => {
  test('keeps a password that is kept elsewhere', async () => {
    const database = await anInstallation('kept_elsewhere');
    await onCluster("alter role mapalus_app password 'kept elsewhere'");
    const own = new URL(urlOf('mapalus_app', database.url, TEST_SECRET));
    own.password = 'kept elsewhere';

    await database.install({ DATABASE_URL_APP: own.href });

    await expect(mayConnect(own.href)).resolves.toBe(true);
    await expect(mayConnect(urlOf('mapalus_worker', database.url, TEST_SECRET))).resolves.toBe(
      true,
    );
  });

  test('without a setting of its own gets the password of the secret again', async () => {
    const database = await anInstallation('from_the_secret');
    await onCluster("alter role mapalus_app password 'of an older secret'");

    await database.install();

    await expect(mayConnect(urlOf('mapalus_app', database.url, TEST_SECRET))).resolves.toBe(true);
  });
});

test('a first account that cannot have its role is not made', async () => {
  const database = await anInstallation('role_refused');
  await database.rows('delete from membership');
  await database.rows('delete from auth."user"');
  await database.rows(`create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'no space'; end $$;
    create trigger refusing before insert on membership for each row execute function refuse()`);

  await expect(database.install()).rejects.toThrow('no space');

  expect(await database.rows('select id from auth."user"')).toEqual([]);
});

async function anInstallation(name: string) {
  const url = await createDatabase(cluster.superuserUrl('postgres'), name, 'installed');
  const rows = (sql: string, values?: unknown[]) => rowsOf(url, sql, values);
  return {
    url,
    rows,
    install: (more: Record<string, string> = {}, administrator?: string): Promise<Installed> =>
      install(readSettings({ DATABASE_URL: url, MAPALUS_SECRET: TEST_SECRET, ...more }), {
        administrator,
      }),
    /** Whether the password that this installing printed is the one that is stored. */
    async opens({ firstAdministrator }: Installed): Promise<boolean> {
      const [{ password: hash }] = await rows(
        'select password from auth.account where user_id = $1',
        [firstAdministrator?.userId],
      );
      return verifyPassword({ hash, password: firstAdministrator?.oneTimePassword ?? '' });
    },
  };
}

async function onCluster(sql: string): Promise<void> {
  await rowsOf(cluster.superuserUrl('postgres'), sql);
}

async function mayConnect(url: string): Promise<boolean> {
  return rowsOf(url, 'select 1').then(
    () => true,
    () => false,
  );
}

async function rowsOf(url: string, sql: string, values?: unknown[]): Promise<any[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}
