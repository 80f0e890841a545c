/** The owner's connection, by which an installation is made and brought up to date. */
import pg from 'pg';

/** The owner's connection. */
export type Owner = pg.Client;

/** Connects for the length of this work. */
export async function asOwner<T>(url: string, work: (owner: Owner) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: url });
  // A connection that breaks fails the query under way; unheard, it would end the process as well,
  // and with it whoever has yet to stop the other parts.
  owner.on('error', () => {});
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
