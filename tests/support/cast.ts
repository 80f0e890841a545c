/**
 * Who plays in the tests: two governments and two branches, so that every access can be tried
 * with the right role of the wrong office. All of them are invented.
 */
import pg from 'pg';
import { hashPassword } from '../../api/sign-in/password.ts';
import type { OfficeKind } from '../../domain/office/office.ts';
import type { Role } from '../../domain/office/roles.ts';

/** Office ids, readable in a failure. */
export const offices = {
  operator: officeId('01'),
  mitra: officeId('10'),
  mitraLegal: officeId('11'),
  mitraLabour: officeId('12'),
  mitraSocial: officeId('13'),
  minahasa: officeId('20'),
  minahasaLegal: officeId('21'),
  minahasaLabour: officeId('22'),
  bpjs: officeId('30'),
  bpjsSuluttenggomalut: officeId('31'),
  tondano: officeId('32'),
  manado: officeId('33'),
} as const;
export type OfficeName = keyof typeof offices;

const OFFICES: Record<OfficeName, [OfficeKind, string, OfficeName | null, string | null]> = {
  operator: ['operator', 'Pengelola Mapalus', null, null],
  mitra: ['government', 'Pemerintah Kabupaten Minahasa Tenggara', null, '71.07'],
  mitraLegal: ['setda-division', 'Bagian Hukum', 'mitra', '71.07'],
  mitraLabour: ['opd', 'Dinas Tenaga Kerja dan Transmigrasi', 'mitra', '71.07'],
  mitraSocial: ['opd', 'Dinas Sosial', 'mitra', '71.07'],
  minahasa: ['government', 'Pemerintah Kabupaten Minahasa', null, '71.02'],
  minahasaLegal: ['setda-division', 'Bagian Hukum', 'minahasa', '71.02'],
  minahasaLabour: ['opd', 'Dinas Tenaga Kerja', 'minahasa', '71.02'],
  bpjs: ['bpjs-head-office', 'BPJS Ketenagakerjaan', null, null],
  bpjsSuluttenggomalut: ['bpjs-regional-office', 'Kanwil Sulawesi Maluku', 'bpjs', null],
  tondano: ['bpjs-branch', 'Kantor Cabang Tondano', 'bpjsSuluttenggomalut', '71.02'],
  manado: ['bpjs-branch', 'Kantor Cabang Manado', 'bpjsSuluttenggomalut', '71.71'],
};

/** User ids; the e-mail is `<id>@example.test`. */
export const PEOPLE = {
  'admin-operator': [['administrator', 'operator']],
  'admin-mitra': [['administrator', 'mitra']],
  'legal-mitra': [['legal', 'mitraLegal']],
  'proposer-mitra': [['proposer', 'mitraLabour']],
  'approver-mitra': [['approver', 'mitraLegal']],
  'desk-mitra': [['signing-desk', 'mitra']],
  'treasurer-mitra': [['treasurer', 'mitraLabour']],
  'inspector-mitra': [['inspector', 'mitra']],
  'social-mitra': [['proposer', 'mitraSocial']],
  'admin-minahasa': [['administrator', 'minahasa']],
  'legal-minahasa': [['legal', 'minahasaLegal']],
  'proposer-minahasa': [['proposer', 'minahasaLabour']],
  'approver-minahasa': [['approver', 'minahasaLegal']],
  'desk-minahasa': [['signing-desk', 'minahasa']],
  'inspector-minahasa': [['inspector', 'minahasa']],
  'officer-tondano': [['branch-officer', 'tondano']],
  'head-tondano': [['branch-head', 'tondano']],
  'officer-manado': [['branch-officer', 'manado']],
  'head-manado': [['branch-head', 'manado']],
  'head-kanwil': [['branch-head', 'bpjsSuluttenggomalut']],
  stranger: [],
} as const satisfies Record<string, readonly (readonly [Role, OfficeName])[]>;
export type PersonName = keyof typeof PEOPLE;

/** Office holders' ids. */
export const holders = {
  actingRegentMitra: holderId('01'),
  regentMitra: holderId('02'),
  labourHeadMitra: holderId('03'),
  legalHeadMitra: holderId('04'),
  regentMinahasa: holderId('05'),
  labourHeadMinahasa: holderId('06'),
  headTondano: holderId('07'),
  headManado: holderId('08'),
} as const;
export type HolderName = keyof typeof holders;

const HOLDERS: Record<
  HolderName,
  [OfficeName, string, string, 'definitif' | 'pj', string, string | null, string[]]
> = {
  actingRegentMitra: [
    'mitra',
    'Contoh Penjabat',
    'Bupati',
    'pj',
    '2023-09-25',
    '2025-02-19',
    ['mou', 'pks'],
  ],
  regentMitra: [
    'mitra',
    'Contoh Bupati',
    'Bupati',
    'definitif',
    '2025-02-20',
    null,
    ['mou', 'pks'],
  ],
  labourHeadMitra: [
    'mitraLabour',
    'Contoh Kadis',
    'Kepala Dinas',
    'definitif',
    '2020-01-01',
    null,
    ['pks'],
  ],
  legalHeadMitra: [
    'mitraLegal',
    'Contoh Kabag',
    'Kepala Bagian',
    'definitif',
    '2020-01-01',
    null,
    [],
  ],
  regentMinahasa: [
    'minahasa',
    'Contoh Bupati Lain',
    'Bupati',
    'definitif',
    '2020-01-01',
    null,
    ['mou', 'pks'],
  ],
  labourHeadMinahasa: [
    'minahasaLabour',
    'Contoh Kadis Lain',
    'Kepala Dinas',
    'definitif',
    '2020-01-01',
    null,
    ['pks'],
  ],
  headTondano: [
    'tondano',
    'Contoh Kepala Cabang',
    'Kepala Cabang',
    'definitif',
    '2020-01-01',
    null,
    ['mou', 'pks'],
  ],
  headManado: [
    'manado',
    'Contoh Kepala Lain',
    'Kepala Cabang',
    'definitif',
    '2020-01-01',
    null,
    ['mou', 'pks'],
  ],
};

/** Puts the cast into a migrated database, as its owner; all with this password. */
export async function seedCast(ownerUrl: string, password: string): Promise<void> {
  // Each of the many who sign in would otherwise take a fifth of a second of a processor.
  const passwordHash = await hashPassword(password, 1);
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query("insert into installation (kind, clock_offset) values ('training', 0)");
    for (const [name, [kind, title, parent, region]] of entries(OFFICES)) {
      await client.query(
        `insert into office (id, kind, name, parent_id, region_code, institution_id)
         values ($1, $2, $3, $4, $5, $1)`,
        [offices[name], kind, title, parent && offices[parent], region],
      );
    }
    for (const [id, places] of entries(PEOPLE)) {
      await client.query(
        `insert into auth."user" (id, name, email, email_verified, updated_at)
         values ($1, $2, $3, true, now())`,
        [id, `Contoh ${id}`, emailOf(id)],
      );
      await client.query(
        `insert into auth.account (id, account_id, provider_id, user_id, password, updated_at)
         values ($1, $1, 'credential', $1, $2, now())`,
        [id, passwordHash],
      );
      for (const [role, office] of places) {
        await client.query(
          `insert into membership (id, user_id, office_id, role, from_day)
           values (gen_random_uuid(), $1, $2, $3, '2020-01-01')`,
          [id, offices[office], role],
        );
      }
    }
    for (const [name, holder] of entries(HOLDERS)) {
      const [office, person, position, capacity, from, until, signs] = holder;
      await client.query(
        `insert into office_holder (id, office_id, person_name, position, capacity, from_day,
           until_day, signs, decree_number, decree_day)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'SK-CONTOH', $6)`,
        [holders[name], offices[office], person, position, capacity, from, until, signs],
      );
    }
  } finally {
    await client.end();
  }
}

/** The sign-in name of a person of the cast. */
export function emailOf(person: PersonName): string {
  return `${person}@example.test`;
}

function entries<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}

function officeId(tail: string): string {
  return `0ff1ce00-0000-4000-8000-0000000000${tail}`;
}

function holderId(tail: string): string {
  return `401de400-0000-4000-8000-0000000000${tail}`;
}
