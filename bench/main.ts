/**
 * `npm run bench -- NAME` measures against peers and physical limits in the same run, prints a
 * table and writes `bench/results/NAME.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { countryRows } from './country.ts';
import { hostileRows } from './hostile.ts';
import { lifecycleRows } from './lifecycle.ts';
import { propertyRows } from './properties.ts';
import { readingRows } from './reading.ts';
import type { Row } from './row.ts';
import { streamRows } from './streams.ts';

const BENCHES: Record<string, (say: (line: string) => void) => Promise<Row[]>> = {
  country: countryRows,
  hostile: hostileRows,
  lifecycle: lifecycleRows,
  properties: propertyRows,
  reading: readingRows,
  streams: streamRows,
};

const name = process.argv[2] ?? '';
const bench = BENCHES[name];
if (!bench) {
  console.error(`Name a benchmark: npm run bench -- ${Object.keys(BENCHES).join(' | ')}`);
  process.exit(1);
}

const rows = await bench((line) => console.log(line));
console.table(
  rows.map(({ metric, value, unit, goal, better, against }) => ({
    metric,
    value,
    unit,
    goal: `${better === 'lower' ? '≤' : '≥'} ${goal}`,
    met: isMet({ value, goal, better }) ? 'yes' : 'NO',
    against,
  })),
);
const folder = path.join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
const result = { measuredAt: new Date().toISOString(), machine: machine(), rows };
writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
process.exit(rows.every(isMet) ? 0 : 1);

function isMet({ value, goal, better }: Pick<Row, 'value' | 'goal' | 'better'>): boolean {
  return better === 'lower' ? value <= goal : value >= goal;
}

function machine(): string {
  const cpus = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${cpus.length} × ${cpus[0]?.model ?? 'unknown'}, ${memory} GiB, ${os.platform()} ${os.arch()}, Node ${process.versions.node}`;
}
