/**
 * The offices of the country with the people in them: every regency and city with five offices,
 * its districts and villages, and BPJS Ketenagakerjaan from its head office to 300 branches.
 * Everybody is invented.
 */
import type { OfficeKind } from '../../domain/office/office.ts';
import type { Role } from '../../domain/office/roles.ts';
import type { Zone } from '../../domain/shared/day.ts';
import { idOf } from './rows.ts';

/** A region as `prisma/reference-data.ts` has loaded it. */
export type Region = { code: string; name: string; level: number; zone: Zone };

export type Office = {
  id: string;
  kind: OfficeKind;
  name: string;
  parent: string | null;
  region: string | null;
};

/** A regency or city, and what of it takes part in agreements. */
export type Government = {
  region: Region;
  root: string;
  legal: string;
  /** The offices that sign PKS. */
  partners: string[];
  villages: string[];
  branch: string;
};

/** Somebody with an account, in one role. */
export type Account = { id: string; name: string; email: string; office: string; role: Role };

/** Somebody who holds an office. */
export type Holder = { office: string; name: string; position: string; signs: string };

export type Country = {
  /** Parents before their children. */
  offices: Office[];
  governments: Government[];
  accounts: Account[];
  holders: Holder[];
};

const REGIONAL_OFFICES = 11;
const BRANCHES = 300;

/** The head office of BPJS, above all branches. */
export const HEAD_OFFICE = idOf('bpjs');

/** The regency at which the country is looked at as one government. */
export const ONE_REGENCY = '71.07';

/** The account by which the country is looked at as the head office. */
export const HEAD_OFFICE_EMAIL = 'kepala@pusat.bpjs.example';

/** All offices and people of these regions. */
export function countryOf(regions: readonly Region[]): Country {
  const regencies = regions.filter(({ level }) => level === 2);
  const bpjs = bpjsOffices();
  const byRegency = new Map<string, Region[]>(regencies.map(({ code }) => [code, []]));
  for (const region of regions) {
    if (region.level > 2) byRegency.get(region.code.slice(0, 5))?.push(region);
  }
  const parts = regencies.map((region, at) =>
    governmentOf(region, byRegency.get(region.code) ?? [], {
      branch: branchId(Math.floor((at * BRANCHES) / regencies.length)),
    }),
  );
  return {
    offices: [...bpjs.offices, ...parts.flatMap(({ offices }) => offices)],
    governments: parts.map(({ government }) => government),
    accounts: [...bpjs.accounts, ...parts.flatMap(({ accounts }) => accounts)],
    holders: [...bpjs.holders, ...parts.flatMap(({ holders }) => holders)],
  };
}

function bpjsOffices(): Pick<Country, 'offices' | 'accounts' | 'holders'> {
  const regional = Array.from({ length: REGIONAL_OFFICES }, (_, at) => at);
  const branches = Array.from({ length: BRANCHES }, (_, at) => at);
  const regionalId = (at: number) => idOf(`kanwil/${at}`);
  const offices: Office[] = [
    office(HEAD_OFFICE, 'bpjs-head-office', 'BPJS Ketenagakerjaan Nasional', null, null),
    ...regional.map((at) =>
      office(regionalId(at), 'bpjs-regional-office', `Kantor Wilayah ${at + 1}`, HEAD_OFFICE, null),
    ),
    ...branches.map((at) => {
      const above = regionalId(Math.floor((at * REGIONAL_OFFICES) / BRANCHES));
      return office(branchId(at), 'bpjs-branch', `Kantor Cabang ${at + 1}`, above, null);
    }),
  ];
  const accounts = [
    account(HEAD_OFFICE_EMAIL, 'Kepala Contoh', HEAD_OFFICE, 'branch-head'),
    ...regional.map((at) =>
      account(
        `kepala@kanwil-${at + 1}.bpjs.example`,
        `Kepala Contoh W${at + 1}`,
        regionalId(at),
        'branch-head',
      ),
    ),
    ...branches.flatMap((at) => [
      account(
        `kepala@cabang-${at + 1}.bpjs.example`,
        `Kepala Contoh C${at + 1}`,
        branchId(at),
        'branch-head',
      ),
      account(
        `petugas@cabang-${at + 1}.bpjs.example`,
        `Petugas Contoh C${at + 1}`,
        branchId(at),
        'branch-officer',
      ),
    ]),
  ];
  const holders = branches.map((at) => ({
    office: branchId(at),
    name: `Kepala Contoh C${at + 1}`,
    position: 'Kepala Cabang',
    signs: '{mou,pks}',
  }));
  return { offices, accounts, holders };
}

const PARTNERS = [
  ['labour', 'opd', 'Dinas Tenaga Kerja'],
  ['social', 'opd', 'Dinas Sosial'],
  ['villages', 'opd', 'Dinas Pemberdayaan Masyarakat dan Desa'],
] as const;

function governmentOf(region: Region, below: readonly Region[], { branch }: { branch: string }) {
  const { code, name } = region;
  const mail = `k${code.replace('.', '')}.example`;
  const [root, legal, bkad] = [idOf(`root/${code}`), idOf(`legal/${code}`), idOf(`bkad/${code}`)];
  const partners = PARTNERS.map(([key]) => idOf(`${key}/${code}`));
  const districts = below.filter(({ level }) => level === 3);
  const villages = below.filter(({ level }) => level === 4);
  const taken = new Set<string>();
  const offices: Office[] = [
    office(root, 'government', `Pemerintah ${name}`, null, code),
    office(legal, 'setda-division', 'Bagian Hukum', root, code),
    office(bkad, 'bkad', 'Badan Keuangan dan Aset Daerah', root, code),
    ...PARTNERS.map(([, kind, title], at) => office(partners[at] ?? '', kind, title, root, code)),
    ...districts.map((each) => {
      const title = unlike(taken, `Kecamatan ${each.name}`, each.code);
      return office(idOf(each.code), 'district', title, root, each.code);
    }),
    ...villages.map((each) => {
      const above = each.code.slice(0, 8);
      const title = unlike(taken, `Desa ${each.name}`, each.code, above);
      return office(idOf(each.code), 'village', title, idOf(above), each.code);
    }),
  ];
  const [labour = root] = partners;
  const accounts = [
    account(`hukum@${mail}`, `Hukum Contoh ${code}`, legal, 'legal'),
    account(`kabag@${mail}`, `Kabag Contoh ${code}`, legal, 'approver'),
    account(`admin@${mail}`, `Admin Contoh ${code}`, root, 'administrator'),
    account(`setda@${mail}`, `Setda Contoh ${code}`, root, 'signing-desk'),
    account(`naker@${mail}`, `Naker Contoh ${code}`, labour, 'proposer'),
    account(`bkad@${mail}`, `Bkad Contoh ${code}`, bkad, 'budget-office'),
    ...villages.map((each) =>
      account(
        `desa@d${each.code.replaceAll('.', '')}.example`,
        `Desa Contoh ${each.code}`,
        idOf(each.code),
        'village-operator',
      ),
    ),
  ];
  const holders = [
    { office: root, name: `Bupati Contoh ${code}`, position: 'Kepala Daerah', signs: '{mou,pks}' },
    ...partners.map((each, at) => ({
      office: each,
      name: `Kadis Contoh ${code}-${at + 1}`,
      position: 'Kepala Dinas',
      signs: '{pks}',
    })),
  ];
  const government: Government = {
    region,
    root,
    legal,
    partners,
    villages: villages.map((each) => idOf(each.code)),
    branch,
  };
  return { offices, accounts, holders, government };
}

// Villages of one district may have one name.
function unlike(taken: Set<string>, name: string, code: string, within = ''): string {
  const known = taken.has(`${within}/${name}`);
  taken.add(`${within}/${name}`);
  return known ? `${name} (${code})` : name;
}

function branchId(at: number): string {
  return idOf(`branch/${at}`);
}

function office(
  id: string,
  kind: OfficeKind,
  name: string,
  parent: string | null,
  region: string | null,
): Office {
  return { id, kind, name, parent, region };
}

function account(email: string, name: string, at: string, role: Role): Account {
  return { id: idOf(email), name, email, office: at, role };
}
