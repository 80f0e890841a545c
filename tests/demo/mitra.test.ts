import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ROOT } from '../../config/root.ts';
import { checkStory, rowsOf } from '../../demo/checking.ts';
import type { CheckedFigure, MailRow } from '../../demo/checking.ts';
import { FIGURES, MAILS } from '../../demo/mitra-figures.ts';
import { mitra } from '../../demo/mitra.ts';
import type { Found, Story } from '../../demo/story.ts';
import { createNarrator } from '../../demo/narrator.ts';
import { builtProcess } from '../../local/built-process.ts';
import { swiftFolder } from '../support/swift-folder.ts';

describe('npm run demo in an empty folder', () => {
  const home = swiftFolder('demo');
  let told: Told;
  beforeAll(async () => {
    told = await demo(home);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test('plays story 1 to its end and finds everything as it was written by hand', () => {
    const differing = written().filter(({ ok }) => !ok);

    expect({ differing, said: told.errors, code: told.code }).toEqual({
      differing: [],
      said: '',
      code: 0,
    });
  });

  test('writes a row for every figure and every line of the mail table', () => {
    const rows = written();

    expect(rows).toHaveLength(Object.keys(FIGURES).length + MAILS.length);
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(
      new Set(['published', 'derived', 'assumed']),
    );
    expect(Object.keys(rows[0] ?? {})).toEqual([
      'story',
      'claim',
      'kind',
      'expected',
      'actual',
      'ok',
    ]);
  });

  test('tells the signing with its business day', () => {
    const [, day] = told.text.split('\nSelasa, 23 April 2024\n');

    expect(day).toContain('Di hotel Four Points, Manado');
  });

  test('says how to open the installation, and who may sign in', () => {
    const [, wayIn] = told.text.split('\nLihatlah sendiri kisah ini');

    for (const each of [
      `MAPALUS_HOME=${home} npm run start:training`,
      'http://localhost:4300',
      'latihan-mapalus',
      'hukum@mitra.example',
    ]) {
      expect(wayIn).toContain(each);
    }
  });

  test('leaves no process running', () => {
    expect(processesOf(home)).toEqual([]);
  });

  test.each<[string, Story, string[]]>([
    [
      'one day of a mail',
      { ...mitra, mails: MAILS.map(of('2024-01-23', 'MoU 2023', { day: '2024-01-24' })) },
      [
        'Surat pengingat MoU 2023, 23 Januari 2024',
        'tertulis: (tidak ada)',
        'nyatanya: hukum@mitra.example, kepala@tondano.example, petugas@tondano.example',
        'Surat pengingat MoU 2023, 24 Januari 2024',
        'tertulis: hukum@mitra.example, kepala@tondano.example, petugas@tondano.example',
        'nyatanya: (tidak ada)',
      ],
    ],
    [
      'one reader of a mail',
      {
        ...mitra,
        mails: MAILS.map(of('2023-04-03', 'MoU 2023', { to: ['hukum@mitra.example'] })),
      },
      [
        'Surat giliran MoU 2023, 3 April 2023',
        'tertulis: hukum@mitra.example',
        'nyatanya: prokopim@mitra.example',
      ],
    ],
    [
      'one figure',
      { ...mitra, figures: { ...FIGURES, villages: { ...FIGURES.villages, expected: 134 } } },
      ['Desa di Kabupaten Minahasa Tenggara', 'tertulis: 134', 'nyatanya: 135'],
    ],
  ])('fails, and says where, when the table tells otherwise in %s', (_what, changed, named) => {
    const rows = rowsOf(changed, checkStory(changed, answersIn(written())));

    expect(rows.every(({ ok }) => ok)).toBe(false);
    expect(verdictOn(rows)).toEqual(named);
  });

  function written(): CheckedFigure[] {
    const file = path.join(home, 'training/demo.json');
    return JSON.parse(readFileSync(file, 'utf8')) as CheckedFigure[];
  }
});

describe('npm run demo, stopped by Ctrl-C in the middle', () => {
  const home = swiftFolder('demo');
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  test('stops every part, and says so by its exit code', async () => {
    const stopped = await demo(home, { stopAt: 'Senin, 13 Februari 2023' });

    expect(stopped).toMatchObject({ errors: '', code: 130 });
    expect(stopped.text).toContain('Dihentikan');
    expect(processesOf(home)).toEqual([]);
  });
});

describe('npm run demo with a story that nobody knows', () => {
  test('names the stories that are known', async () => {
    const { code, errors } = await demo(tmpdir(), { story: 'minahasa' });

    expect(code).toBe(1);
    expect(errors).toContain('Kisah “minahasa” tidak dikenal. Yang dikenal: mitra.');
  });
});

type Told = { code: number | null; text: string; errors: string };

/** Runs the command and waits for its end; sends it Ctrl-C when it says `stopAt`. */
async function demo(
  home: string,
  { story, stopAt }: { story?: string; stopAt?: string } = {},
): Promise<Told> {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', builtProcess('demo'), ...(story === undefined ? [] : [story])],
    {
      cwd: ROOT,
      // Only what a shell has: the test runner sets a BASE_URL of its own.
      env: {
        PATH: process.env['PATH'],
        MAPALUS_HOME: home,
        TEMPORAL_BINARY: inject('temporalBinary'),
        PASSWORD_MEMORY: '12',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [lines, errors]: [string[], string[]] = [[], []];
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    if (line === stopAt) child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text: lines.join('\n'), errors: errors.join('\n') };
}

/** What runs with this folder among its arguments or in its environment. */
function processesOf(home: string): string[] {
  const all = execFileSync('ps', ['axeww', '-o', 'pid=,args='], { encoding: 'utf8' });
  return all.split('\n').filter((line) => line.includes(home));
}

/** Changes the row of this day and agreement. */
function of(day: string, about: string, change: Partial<MailRow>) {
  return (row: MailRow): MailRow =>
    row.day === day && row.about === about ? { ...row, ...change } : row;
}

/** What the API answered when the rows were written. */
function answersIn(rows: readonly CheckedFigure[]): Found {
  const names = Object.keys(FIGURES);
  const seen = names.map((name, at) => [name, rows[at]?.actual ?? null] as const);
  const sent = MAILS.flatMap((row, at) => {
    const readers = rows[names.length + at]?.actual as string[];
    return readers.map((to) => ({ ...row, to, subject: row.template }));
  });
  return { seen: Object.fromEntries(seen), sent };
}

/** The lines that name differences, without their heading and the sum. */
function verdictOn(rows: readonly CheckedFigure[]): string[] {
  const said: string[] = [];
  createNarrator((line) => said.push(line.trim())).verdict(rows, 'demo.json');
  return said.filter((line) => line !== '').slice(1, -1);
}
