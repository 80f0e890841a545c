/**
 * Who plays in the stories: offices of both trees, one account for each role, and the office
 * holders of the first day. Everybody is invented, and called Contoh ("example") for it.
 *
 * All of it is made through the public API by the first administrator, as in a new installation;
 * each person then changes the one-time password at first use.
 */
import { appointHolder, createOffice, createUser } from '../api/office/contract.ts';
import type { Capacity, OfficeKind } from '../domain/office/office.ts';
import type { Role } from '../domain/office/roles.ts';
import { openBrowser } from './browser.ts';
import type { Browser, Place } from './browser.ts';

/** Everybody's password after their first use; a training installation holds nothing secret. */
export const PASSWORD = 'latihan-mapalus';

/** Parents stand before their children. */
const OFFICES = {
  pemkab: ['government', 'Pemerintah Kabupaten Minahasa Tenggara', null, '71.07'],
  hukum: ['setda-division', 'Bagian Hukum', 'pemkab', '71.07'],
  nakertrans: ['opd', 'Dinas Tenaga Kerja dan Transmigrasi', 'pemkab', '71.07'],
  sosial: ['opd', 'Dinas Sosial', 'pemkab', '71.07'],
  bkad: ['bkad', 'Badan Keuangan dan Aset Daerah', 'pemkab', '71.07'],
  inspektorat: ['inspektorat', 'Inspektorat', 'pemkab', '71.07'],
  ratahan: ['district', 'Kecamatan Ratahan', 'pemkab', '71.07.01'],
  rasi: ['village', 'Desa Rasi', 'ratahan', '71.07.01.2003'],
  bpjs: ['bpjs-head-office', 'BPJS Ketenagakerjaan', null, null],
  kanwil: ['bpjs-regional-office', 'Kantor Wilayah Sulawesi Maluku', 'bpjs', null],
  tondano: ['bpjs-branch', 'BPJS Ketenagakerjaan Tondano', 'kanwil', '71.02'],
} as const satisfies Record<string, readonly [OfficeKind, string, string | null, string | null]>;
export type OfficeName = keyof typeof OFFICES;

export type Account = { role: Role; name: string; email: string; office: OfficeName };

/** The first account, from which all others are made. */
export const FIRST_ACCOUNT = 'admin@mapalus.localhost';

/** One account a role. The administrator's comes with the installation. */
export const ACCOUNTS: readonly Account[] = [
  account('legal', 'Grace Contoh', 'hukum@mitra.example', 'hukum'),
  account('approver', 'Jemmy Contoh', 'kabag.hukum@mitra.example', 'hukum'),
  account('proposer', 'Steven Contoh', 'nakertrans@mitra.example', 'nakertrans'),
  account('treasurer', 'Olga Contoh', 'bendahara@mitra.example', 'nakertrans'),
  account('signing-desk', 'Vonny Contoh', 'prokopim@mitra.example', 'pemkab'),
  account('budget-office', 'Denny Contoh', 'bkad@mitra.example', 'bkad'),
  account('inspector', 'Maria Contoh', 'inspektorat@mitra.example', 'inspektorat'),
  account('district-operator', 'Linda Contoh', 'ratahan@mitra.example', 'ratahan'),
  account('village-operator', 'Hanny Contoh', 'rasi@mitra.example', 'rasi'),
  account('branch-officer', 'Fanny Contoh', 'petugas@tondano.example', 'tondano'),
  account('branch-head', 'Rommy Contoh', 'kepala@tondano.example', 'tondano'),
];

type Holder = {
  office: OfficeName;
  personName: string;
  position: string;
  capacity: Capacity;
  from: string;
  signs: ('mou' | 'pks')[];
  decree: { number: string; date: string };
  /** The account of the same person. */
  account?: string;
};

type HolderName = 'regent' | 'labourHead' | 'branchHead';

/** Who holds which office on the first day. */
const HOLDERS: Record<HolderName, Holder> = {
  regent: {
    office: 'pemkab',
    personName: 'Alfrets Contoh',
    position: 'Bupati Minahasa Tenggara',
    capacity: 'definitif',
    from: '2018-09-25',
    signs: ['mou', 'pks'],
    decree: { number: 'SK-CONTOH-1/2018', date: '2018-09-24' },
  },
  labourHead: {
    office: 'nakertrans',
    personName: 'Meiske Contoh',
    position: 'Kepala Dinas Tenaga Kerja dan Transmigrasi',
    capacity: 'definitif',
    from: '2022-01-03',
    signs: ['pks'],
    decree: { number: 'Surat Kuasa Bupati CONTOH-2/2023', date: '2023-01-05' },
  },
  branchHead: {
    office: 'tondano',
    personName: 'Rommy Contoh',
    position: 'Kepala BPJS Ketenagakerjaan Tondano',
    capacity: 'definitif',
    from: '2021-03-01',
    signs: ['mou', 'pks'],
    decree: { number: 'Keputusan Direksi CONTOH-3/2021', date: '2021-02-22' },
    account: 'kepala@tondano.example',
  },
};

export type Cast = {
  office: Record<OfficeName, string>;
  holder: Record<HolderName, string>;
  /** A signed-in browser for each role. */
  as: Record<Role, Browser>;
};

/** Puts the cast into a new installation. */
export async function gatherCast(
  { url, origin }: Omit<Place, 'address'>,
  oneTimePassword: string,
): Promise<Cast> {
  const administrator = await firstUse(0, FIRST_ACCOUNT, oneTimePassword);
  const office = await openOffices(administrator);
  const as: Partial<Cast['as']> = { administrator };
  const userIds = new Map<string, string>();
  // One after another: each costs four hashes of 64 MiB, which a small machine does not do at once.
  for (const [index, { role, name, email, office: at }] of ACCOUNTS.entries()) {
    const made = await administrator.ask(createUser, {
      body: { name, email, memberships: [{ office: office[at], role }] },
    });
    userIds.set(email, made.id);
    as[role] = await firstUse(index + 1, email, made.oneTimePassword);
  }
  const holder = await appointFirstHolders(administrator, office, userIds);
  return { office, holder, as: as as Cast['as'] };

  // Everybody sits at a machine of their own, so that the limit of sign-ins per address holds.
  async function firstUse(index: number, email: string, password: string): Promise<Browser> {
    const browser = openBrowser({ url, origin, address: `10.71.7.${index + 1}` });
    await browser.signIn(email, password);
    await browser.changePassword(password, PASSWORD);
    return browser;
  }
}

async function openOffices(administrator: Browser): Promise<Cast['office']> {
  const ids = new Map<string, string>();
  for (const [key, [kind, name, parent, region]] of Object.entries(OFFICES)) {
    const above = parent === null ? null : (ids.get(parent) ?? null);
    const { id } = await administrator.ask(createOffice, {
      body: { kind, name, region, parent: above },
    });
    ids.set(key, id);
  }
  return Object.fromEntries(ids) as Cast['office'];
}

async function appointFirstHolders(
  administrator: Browser,
  office: Cast['office'],
  userIds: ReadonlyMap<string, string>,
): Promise<Cast['holder']> {
  const ids: [string, string][] = [];
  for (const [key, { office: at, account: email, ...rest }] of Object.entries(HOLDERS)) {
    const userId = email === undefined ? null : (userIds.get(email) ?? null);
    const { id } = await administrator.ask(appointHolder, {
      body: { ...rest, office: office[at], userId },
    });
    ids.push([key, id]);
  }
  return Object.fromEntries(ids) as Cast['holder'];
}

function account(role: Role, name: string, email: string, office: OfficeName): Account {
  return { role, name, email, office };
}
