/**
 * `npm run hostile -- --minutes 2`: lets an independent tester, who knows the API by its description only, try
 * everything that three people of the demonstration can ask. It is over well when the tester has found nothing and
 * every operation was answered with a success at least once: a tester that lost its session, or asked elsewhere,
 * finds nothing as well.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { AnswerOf } from '../../api/http/route.ts';
import { listSessions } from '../../api/sign-in/contract.ts';
import type { getSession } from '../../api/sign-in/contract.ts';
import { askedToStop } from '../../local/asked-to-stop.ts';
import { removeCluster } from '../../local/cluster-place.ts';
import { inSentences, Stopped, StartUpError } from '../../local/start-up-error.ts';
import { inPlace, neverAnswered } from './description.ts';
import type { OpenApi } from './description.ts';
import { openExamples, ROLES } from './examples.ts';
import { openPlace } from './place.ts';
import type { Place } from './place.ts';
import { findTester } from './tester.ts';

/** How the time of a role is divided. What the description shows is tried first, however long it takes. */
const PHASES: readonly [phases: string, share: number][] = [
  ['examples', 0],
  ['stateful', 0.4],
  ['coverage,fuzzing', 0.6],
];

const say = (line: string) => console.log(line);

try {
  process.exit(await hostile());
} catch (error) {
  console.error(inSentences(error));
  process.exit(error instanceof Stopped ? 130 : 1);
}

async function hostile(): Promise<number> {
  const { minutes, seed } = wanted();
  const tester = await findTester(say);
  const folder = mkdtempSync(path.join(tmpdir(), 'mapalus-hostile-'));
  const asked = askedToStop();
  say(`${minutes} minutes, seed ${seed}. The folder: ${folder}`);
  const place = await openPlace(folder, say);
  let complaints: string[] | void;
  try {
    complaints = await Promise.race([asked, tried({ place, tester, folder, minutes, seed })]);
  } finally {
    await place.stop();
  }
  if (!complaints) throw new Stopped();
  for (const complaint of complaints) say(`✗ ${complaint}`);
  if (complaints.length > 0) {
    say(`\nKept: ${folder}`);
    return 1;
  }
  removeCluster(path.join(folder, 'installation/training/postgres'));
  rmSync(folder, { recursive: true, force: true });
  say('\nNothing was found, and every operation was answered with a success.');
  return 0;
}

type Trial = { place: Place; tester: string; folder: string; minutes: number; seed: number };

/** Lets each role try the API for its part of the time. Answers what is to complain of. */
async function tried({ place, tester, folder, minutes, seed }: Trial): Promise<string[]> {
  const complaints: string[] = [];
  const examplesFor = await openExamples(place);
  const answer = await fetch(`${place.url}/api/v1/openapi.json`);
  const description = (await answer.json()) as OpenApi;
  const roles = Object.entries(ROLES);
  const seconds = Math.floor((minutes * 60) / roles.length);

  for (const [role, email] of roles) {
    const cookie = await place.cookieOf(email);
    const browser = await place.browserOf(email);
    // The tester may end the browser's session, and not its own.
    const sessions = (await browser.ask(listSessions)).items;
    const examples = await examplesFor(email, sessions.find(({ isThis }) => isThis)?.id ?? '');
    const own = await ownIds(place, cookie);
    const file = path.join(folder, `${role.replaceAll(' ', '-')}.json`);
    writeFileSync(file, JSON.stringify(inPlace(description, examples)));
    for (const [phases, share] of PHASES) {
      say(`\nAs ${role}: ${phases} …`);
      const time = Math.ceil(seconds * share);
      const code = await run(tester, { file, place, cookie, own, phases, time, seed });
      if (code !== 0) complaints.push(`As ${role} the tester found what stands above (${phases}).`);
    }
    const { status } = await fetch(`${place.url}/api/v1/session`, { headers: { Cookie: cookie } });
    if (status !== 200) complaints.push(`${role} lost the session (${status}).`);
  }

  complaints.push(...neverAnswered(description, await place.counts()));
  return complaints;
}

// By its cookie: which account and which session the tester has.
async function ownIds({ url }: Place, cookie: string): Promise<Record<string, string>> {
  const ask = async (at: string): Promise<unknown> =>
    (await fetch(`${url}/api/v1${at}`, { headers: { Cookie: cookie } })).json();
  const { user } = (await ask('/session')) as AnswerOf<typeof getSession>;
  const { items } = (await ask('/sessions')) as AnswerOf<typeof listSessions>;
  return { OWN_USER: user.id, OWN_SESSION: items.find(({ isThis }) => isThis)?.id ?? '' };
}

type Run = {
  file: string;
  place: Place;
  cookie: string;
  own: Record<string, string>;
  phases: string;
  time: number;
  seed: number;
};

function run(
  tester: string,
  { file, place, cookie, own, phases, time, seed }: Run,
): Promise<number> {
  const child = spawn(
    tester,
    [
      `--config-file=${path.join(import.meta.dirname, 'schemathesis.toml')}`,
      '--no-color',
      'run',
      file,
      `--url=${place.url}/api/v1`,
      `--header=Cookie: ${cookie}`,
      `--phases=${phases}`,
      `--seed=${seed}`,
      ...(time > 0 ? [`--max-time=${time}`] : []),
    ],
    {
      cwd: path.dirname(file),
      env: {
        ...process.env,
        ...own,
        PYTHONPATH: import.meta.dirname,
        PYTHONDONTWRITEBYTECODE: '1',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

function wanted(): { minutes: number; seed: number } {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '2' }, seed: { type: 'string', default: '1' } },
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0) || !Number.isInteger(seed)) {
    throw new StartUpError(
      'The minutes and the seed of a hostile run are numbers.',
      'npm run hostile -- --minutes 2 --seed 1',
    );
  }
  return { minutes, seed };
}
