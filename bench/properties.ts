/**
 * `npm run bench -- properties`: the properties of the domain's tests, tried on twenty times as many
 * sequences as the tests try. They are the tests themselves, told of another number.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../config/root.ts';
import { round } from './row.ts';
import type { Row } from './row.ts';

const SEQUENCES = 10_000;

type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  testResults: { message: string; assertionResults: { failureMessages: string[] }[] }[];
};

/** Tries them; what breaks is said with its counterexample. */
export async function propertyRows(say: (line: string) => void): Promise<Row[]> {
  say(`Trying ${SEQUENCES} sequences of each property …`);
  const began = performance.now();
  const report = await reportOf('tests/domain');
  const seconds = round((performance.now() - began) / 1_000);
  for (const { message, assertionResults } of report.testResults) {
    for (const each of [message, ...assertionResults.flatMap((test) => test.failureMessages)]) {
      if (each) say(each);
    }
  }
  return [
    {
      metric: `tests of the domain that fail when properties try ${SEQUENCES} sequences`,
      value: report.numFailedTests + report.numFailedTestSuites,
      unit: 'tests',
      goal: 0,
      better: 'lower',
      against: `${report.numPassedTests} tests that pass, in ${seconds} s`,
    },
  ];
}

async function reportOf(folder: string): Promise<Report> {
  const place = mkdtempSync(path.join(tmpdir(), 'mapalus-properties-'));
  const file = path.join(place, 'report.json');
  const given = ['run', '--project', 'unit', folder, '--reporter=json', `--outputFile=${file}`];
  const tests = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...given], {
    cwd: ROOT,
    env: { ...process.env, SEQUENCES: String(SEQUENCES) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await new Promise((resolve) => tests.once('exit', resolve));
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
