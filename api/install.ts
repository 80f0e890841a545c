/**
 * Makes an empty database an installation, and brings an older one up to date: roles, schema,
 * reference data, the operator's office and the first account. Repeating it changes nothing.
 */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { databaseUrl } from '../config/databases.ts';
import { required } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { dayAt } from '../domain/day.ts';
import { connectSignIn } from '../prisma/connect.ts';
import { migrate } from '../prisma/migrate.ts';
import { asOwner } from '../prisma/owner.ts';
import { loadReferenceData } from '../prisma/reference-data.ts';
import type { RegionCounts } from '../prisma/reference-data.ts';
import { ensureRoles } from '../prisma/roles.ts';
import { createFirstAdministrator } from './auth/first-administrator.ts';
import type { FirstAdministrator } from './auth/first-administrator.ts';
import { createSignIn } from './auth/sign-in.ts';

export type Installed = {
  kind: 'real' | 'training';
  migrations: string[];
  regions: RegionCounts;
  firstAdministrator: FirstAdministrator | null;
};

/** How far a training installation's business clock begins from the server's, in milliseconds. */
export type InstallOptions = { clockOffset?: number };

/** Installs or updates what the settings name. */
export async function install(
  settings: Settings,
  { clockOffset = 0 }: InstallOptions = {},
): Promise<Installed> {
  const ownerUrl = required(settings, 'DATABASE_URL', 'the PostgreSQL database');
  const secret = required(settings, 'MAPALUS_SECRET', "the installation's secret");
  await ensureRoles(ownerUrl, secret);
  const migrations = await migrate(ownerUrl);
  const regions = await loadReferenceData(ownerUrl);

  return asOwner(ownerUrl, async (owner) => {
    const kind = await installationKind(owner, settings.MAPALUS_INSTALLATION, clockOffset);
    const operator = await operatorOffice(owner);
    const firstAdministrator = await firstAccount(settings, secret);
    if (firstAdministrator) await administer(owner, firstAdministrator.userId, operator);
    return { kind, migrations, regions, firstAdministrator };
  });
}

// Decided once: a real installation never becomes a training one, nor the other way round.
async function installationKind(
  owner: pg.Client,
  wanted: Installed['kind'],
  clockOffset: number,
): Promise<Installed['kind']> {
  await owner.query(
    'insert into installation (kind, clock_offset) values ($1, $2) on conflict do nothing',
    [wanted, wanted === 'training' ? Math.round(clockOffset) : 0],
  );
  const { rows } = await owner.query<{ kind: Installed['kind'] }>('select kind from installation');
  return rows[0]?.kind ?? wanted;
}

async function operatorOffice(owner: pg.Client): Promise<string> {
  const { rows } = await owner.query<{ id: string }>(
    "select id from office where kind = 'operator'",
  );
  if (rows[0]) return rows[0].id;
  const id = randomUUID();
  await owner.query(
    "insert into office (id, kind, name, institution_id) values ($1, 'operator', 'Pengelola Mapalus', $1)",
    [id],
  );
  return id;
}

async function firstAccount(
  settings: Settings,
  secret: string,
): Promise<FirstAdministrator | null> {
  const prisma = connectSignIn(databaseUrl(settings, 'mapalus_auth'));
  try {
    const signIn = createSignIn({ prisma, baseUrl: 'http://localhost', secret });
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = settings;
    return await createFirstAdministrator(signIn, prisma, { email, password });
  } finally {
    await prisma.$disconnect();
  }
}

// Roles are judged by the business day, which in a training installation may be years ago.
async function administer(owner: pg.Client, userId: string, office: string): Promise<void> {
  const { rows } = await owner.query<{ offset: string }>(
    'select clock_offset as offset from installation',
  );
  const today = dayAt(Date.now() + Number(rows[0]?.offset ?? 0), 'Asia/Jakarta');
  await owner.query(
    `insert into membership (id, user_id, office_id, role, from_day)
     values (gen_random_uuid(), $1, $2, 'administrator', $3)`,
    [userId, office, today],
  );
}
