/** Databases of a test's own, made from the migrated template. */
import pg from 'pg';

/** Makes a database owned by a role that, like a real installation's owner, is no superuser. */
export async function createDatabase(
  superuserUrl: string,
  name: string,
  template?: string,
): Promise<string> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(72707372)');
    const { rowCount } = await client.query("select from pg_roles where rolname = 'mapalus_owner'");
    if (!rowCount) await client.query("create role mapalus_owner login password 'owner'");
    // Copying files takes a tenth of what PostgreSQL's way by the log takes.
    const from = template ? `template "${template}" strategy file_copy` : '';
    await client.query(`create database "${name}" owner mapalus_owner ${from}`);
  } finally {
    await client.end();
  }
  const url = new URL(superuserUrl);
  url.username = 'mapalus_owner';
  url.password = 'owner';
  url.pathname = `/${name}`;
  return url.href;
}

/** Takes a database away, whoever is still connected to it. */
export async function dropDatabase(superuserUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query(`drop database "${name}" with (force)`);
  await client.end();
}
