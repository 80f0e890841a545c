/**
 * The PostgreSQL roles. One setting names the owner's connection; the others' passwords follow
 * from the installation's secret, so that nobody has to write four of them down.
 */
import { createHmac } from 'node:crypto';
import { asOwner } from './owner.ts';

/** Roles that serve requests; none of them owns anything or bypasses row policies. */
export const SERVING_ROLES = ['mapalus_auth', 'mapalus_app', 'mapalus_worker'] as const;
export type ServingRole = (typeof SERVING_ROLES)[number];

/** The connection of a serving role to the database that the owner's connection names. */
export function urlOf(role: ServingRole, ownerUrl: string, secret: string): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = passwordOf(role, secret);
  return url.href;
}

/**
 * Makes the serving roles, or gives them the passwords of this secret. A role whose connection is
 * set apart is made with that password when it is missing, and otherwise left as it is. Needs a
 * connection that may create roles.
 */
export async function ensureRoles(
  adminUrl: string,
  secret: string,
  setApart: Partial<Record<ServingRole, string>> = {},
): Promise<void> {
  await asOwner(adminUrl, async (client) => {
    // Two installations that start at once on one cluster would alter the same catalog rows.
    await client.query('select pg_advisory_lock(72707368)');
    for (const role of SERVING_ROLES) {
      const own = setApart[role];
      const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role]);
      if (rowCount && own !== undefined) continue;
      const password = own === undefined ? passwordOf(role, secret) : passwordIn(own);
      const verb = rowCount ? 'alter' : 'create';
      // A new role is no superuser, bypasses nothing and creates nothing, unless told otherwise.
      await client.query(`${verb} role ${role} login password ${client.escapeLiteral(password)}`);
    }
  });
}

function passwordIn(url: string): string {
  return decodeURIComponent(new URL(url).password);
}

function passwordOf(role: ServingRole, secret: string): string {
  return createHmac('sha256', secret).update(`postgres/${role}`).digest('hex');
}
