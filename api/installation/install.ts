/**
 * Makes an empty database an installation, and brings an older one up to date: roles, schema,
 * rights, reference data, the operator's office and the first account. Repeating it changes nothing.
 */
import { randomUUID } from 'node:crypto';
import { ownDatabaseUrls } from '../../prisma/databases.ts';
import { required } from '../../config/settings.ts';
import type { Settings } from '../../config/settings.ts';
import { dayAt } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { migrate } from '../../prisma/migrate.ts';
import type { Migrated } from '../../prisma/migrate.ts';
import { asOwner } from '../../prisma/owner.ts';
import type { Owner } from '../../prisma/owner.ts';
import { loadReferenceData } from '../../prisma/reference-data.ts';
import type { RegionCounts } from '../../prisma/reference-data.ts';
import { ensureRoles } from '../../prisma/roles.ts';
import { giveFirstAccount } from './first-administrator.ts';
import type { FirstAdministrator } from './first-administrator.ts';

export type Installed = Migrated & {
  kind: 'real' | 'training';
  regions: RegionCounts;
  firstAdministrator: FirstAdministrator | null;
};

export type InstallOptions = {
  /** How far a training installation's business clock begins from the server's, in milliseconds. */
  clockOffset?: number;
  /** The address of somebody who is to be the operator's administrator, whatever became of the others. */
  administrator?: string | undefined;
};

/** Installs or updates what the settings name. */
export async function install(
  settings: Settings,
  { clockOffset = 0, administrator }: InstallOptions = {},
): Promise<Installed> {
  const ownerUrl = required(settings, 'DATABASE_URL', 'the PostgreSQL database');
  const secret = required(settings, 'MAPALUS_SECRET', "the installation's secret");
  await ensureRoles(ownerUrl, secret, ownDatabaseUrls(settings));
  const migrated = await migrate(ownerUrl);
  const regions = await loadReferenceData(ownerUrl);

  return asOwner(ownerUrl, async (owner) => {
    const kind = await installationKind(owner, settings.MAPALUS_INSTALLATION, clockOffset);
    const operator = await operatorOffice(owner);
    const firstAdministrator =
      administrator === undefined
        ? await firstAccount(owner, operator, settings)
        : await giveFirstAccount(owner, {
            email: administrator,
            password: undefined,
            passwordMemory: settings.PASSWORD_MEMORY,
            office: operator,
            today: await businessDay(owner),
          });
    return { ...migrated, kind, regions, firstAdministrator };
  });
}

// Decided once: a real installation never becomes a training one, nor the other way round.
async function installationKind(
  owner: Owner,
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

async function operatorOffice(owner: Owner): Promise<string> {
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

// Until somebody has chosen a password of their own nobody has got in, and the one printed at an
// earlier start may never have been seen.
async function firstAccount(
  owner: Owner,
  office: string,
  { ADMIN_EMAIL, ADMIN_PASSWORD: password, PASSWORD_MEMORY: passwordMemory }: Settings,
): Promise<FirstAdministrator | null> {
  const { rows: administrators } = await owner.query<{ email: string }>(
    `select u.email from membership m join auth."user" u on u.id = m.user_id
     where m.office_id = $1 and m.role = 'administrator' order by m.from_day, u.created_at`,
    [office],
  );
  const { rowCount: inUse } = await owner.query(
    'select from auth."user" where not must_change_password limit 1',
  );
  if (administrators.length > 0 && inUse) return null;

  const email = administrators[0]?.email ?? ADMIN_EMAIL;
  const today = await businessDay(owner);
  return giveFirstAccount(owner, { email, password, passwordMemory, office, today });
}

// Roles are judged by the business day, which in a training installation may be years ago.
async function businessDay(owner: Owner): Promise<Day> {
  const { rows } = await owner.query<{ offset: string }>(
    'select clock_offset as offset from installation',
  );
  return dayAt(Date.now() + Number(rows[0]?.offset ?? 0), 'Asia/Jakarta');
}
