/**
 * What every installation begins with: the policy table, and all regions of Indonesia with their
 * codes and zones. Loading is repeatable and takes seconds.
 *
 * Regions come from `idn-area-data` (MIT; its data are ODbL, © the idn-area contributors), which
 * follows Kepmendagri 300.2.2-2430/2025.
 */
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Zone } from '../domain/shared/day.ts';
import { PERMISSIONS } from '../domain/permissions.ts';
import { asOwner } from './owner.ts';

/** How many regions of each level are stored. */
export type RegionCounts = {
  provinces: number;
  regencies: number;
  districts: number;
  villages: number;
};

/** Loads the policy table, and the regions when they are not there yet. */
export async function loadReferenceData(ownerUrl: string): Promise<RegionCounts> {
  return asOwner(ownerUrl, async (client) => {
    await client.query('begin');
    // Two starters at once: the second waits and finds everything done.
    await client.query('select pg_advisory_xact_lock(72707371)');
    await loadPermissions(client);
    const { rowCount } = await client.query('select from region limit 1');
    if (!rowCount) await loadRegions(client);
    await client.query('commit');
    return await countRegions(client);
  });
}

async function loadPermissions(client: pg.Client): Promise<void> {
  await client.query('delete from permission');
  await client.query(
    `insert into permission (action, role, reach)
     select * from unnest($1::text[], $2::text[], $3::text[])`,
    [
      PERMISSIONS.map(({ action }) => action),
      PERMISSIONS.map(({ role }) => role),
      PERMISSIONS.map(({ reach }) => reach),
    ],
  );
}

// Provinces by zone: Keppres 41/1987, and IANA's tz database for the provinces made since.
// Papua's provinces (91–97), Maluku (81) and North Maluku (82) keep eastern time; Kalimantan is
// split; every province not named here keeps western time.
const EASTERN = ['81', '82', '91', '92', '93', '94', '95', '96'];
const CENTRAL = ['51', '52', '53', '63', '64', '65', '71', '72', '73', '74', '75', '76'];

function zoneOf(province: string): Zone {
  if (EASTERN.includes(province)) return 'Asia/Jayapura';
  if (CENTRAL.includes(province)) return 'Asia/Makassar';
  return 'Asia/Jakarta';
}

const FILES = [
  { level: 1, file: 'provinces', columns: ['code', 'name'] },
  { level: 2, file: 'regencies', columns: ['code', 'province_code', 'name'] },
  { level: 3, file: 'districts', columns: ['code', 'regency_code', 'name'] },
  { level: 4, file: 'villages', columns: ['code', 'district_code', 'name'] },
];

async function loadRegions(client: pg.Client): Promise<void> {
  const data = path.join(
    path.dirname(createRequire(import.meta.url).resolve('idn-area-data')),
    '../data',
  );
  await client.query('create temporary table province_zone (code text, zone text)');
  for (const { level, file, columns } of FILES) {
    const staging = `staged_${file}`;
    const declared = columns.map((column) => `${column} text`).join(', ');
    await client.query(`create temporary table ${staging} (${declared}) on commit drop`);
    const copy = client.query(
      copyFrom(`copy ${staging} from stdin with (format csv, header true)`),
    );
    await pipeline(createReadStream(path.join(data, `${file}.csv`)), copy);
    if (level === 1) await loadZones(client, staging);
    const parent = columns.length === 3 ? columns[1] : 'null';
    await client.query(
      `insert into region (code, parent_code, level, name, zone)
       select s.code, ${parent}, ${level}, s.name, z.zone
       from ${staging} s join province_zone z on z.code = left(s.code, 2)`,
    );
  }
  await client.query('analyze region');
}

async function loadZones(client: pg.Client, staging: string): Promise<void> {
  const { rows } = await client.query<{ code: string }>(`select code from ${staging}`);
  await client.query('insert into province_zone select * from unnest($1::text[], $2::text[])', [
    rows.map(({ code }) => code),
    rows.map(({ code }) => zoneOf(code)),
  ]);
}

async function countRegions(client: pg.Client): Promise<RegionCounts> {
  const { rows } = await client.query<{ level: number; count: number }>(
    'select level, count(*)::int from region group by level',
  );
  const count = (level: number) => rows.find((row) => row.level === level)?.count ?? 0;
  return { provinces: count(1), regencies: count(2), districts: count(3), villages: count(4) };
}
