/**
 * `npm run demo [-- STORY]`: makes a training installation that begins years ago, plays a story in
 * it through the public API, tells it, and fails when anything differs from what was written by
 * hand. Afterwards `npm run start:training` opens the same installation.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { getClock } from '../api/clock/contract.ts';
import { install } from '../api/installation/install.ts';
import { readSettings } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import type { Day } from '../domain/shared/day.ts';
import { askedToStop } from '../local/asked-to-stop.ts';
import { freePort } from '../local/port.ts';
import { startStack } from '../local/stack.ts';
import type { Stack } from '../local/stack.ts';
import { inSentences, Stopped, StartUpError } from '../local/start-up-error.ts';
import { formatDay, formatNumber } from '../texts/format.ts';
import { ACCOUNTS, gatherCast } from './cast.ts';
import { checkStory, KINDS, rowsOf } from './checking.ts';
import type { Checked } from './checking.ts';
import { signInHelp } from './sign-in-help.ts';
import { mitra } from './mitra.ts';
import { createStage } from './story-context.ts';
import type { Story } from './story.ts';
import { createNarrator } from './narrator.ts';
import { emptyFolder, originOf, trainingSettings } from './training-folder.ts';

const STORIES: readonly Story[] = [mitra];

/** What a shell expects of a command that was ended by Ctrl-C. */
const STOPPED = 130;

const say = (line: string) => console.log(line);
const tell = createNarrator(say);

try {
  process.exit(await demo());
} catch (error) {
  if (error instanceof Stopped) process.exit(sayStopped());
  console.error(inSentences(error));
  process.exit(1);
}

async function demo(): Promise<number> {
  const began = performance.now();
  const story = storyNamed(process.argv[2] ?? mitra.name);
  const asked = askedToStop();
  const settings = trainingSettings(process.env);
  const { home, emptied } = await emptyFolder(settings);
  if (emptied) say(`Lingkungan latihan yang lama di ${home.folder} dikosongkan.`);

  say('Menyiapkan lingkungan latihan: PostgreSQL, Temporal, kotak surat …');
  const stack = await startStack(settings, { say, asked });
  let played: Played | void;
  try {
    played = await Promise.race([asked, stack.broken, play(story, settings, stack)]);
  } finally {
    await stack.stop();
  }
  if (!played) return sayStopped();

  const rows = rowsOf(story, played.checked);
  const file = path.join(home.folder, 'demo.json');
  writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
  for (const line of signInHelp(settings, played.today)) say(line);
  tell.verdict(rows, file);
  say(
    `Kisah ini selesai dalam ${formatNumber(Math.round((performance.now() - began) / 1000))} detik.`,
  );
  return rows.every(({ ok }) => ok) ? 0 : 1;
}

function sayStopped(): number {
  say('');
  say('Dihentikan; tidak ada yang tertinggal berjalan. Kisah selalu mulai dari awal.');
  return STOPPED;
}

/** What came of a story, and the business day on which it ended. */
type Played = { checked: Checked; today: Day };

async function play(story: Story, settings: Settings, stack: Stack): Promise<Played> {
  const parts = { ...process.env, ...stack.env };
  const { firstAdministrator, regions } = await install(
    readSettings({ ...parts, MAPALUS_INSTALLATION: 'training' }),
    { clockOffset: story.begin - Date.now() },
  );
  const password = firstAdministrator?.oneTimePassword;
  if (!password) throw new Error('the training installation was not empty');

  // Mails name the address at which the installation will be opened afterwards.
  const origin = originOf(settings);
  const port = await freePort();
  await Promise.all([
    stack.startProcess('the worker', 'worker', { BASE_URL: origin }),
    stack.startProcess('the API', 'api', {
      HOST: '127.0.0.1',
      PORT: String(port),
      BASE_URL: origin,
      TRUSTED_PROXIES: 'loopback',
    }),
  ]);
  say(`${formatNumber(regions.villages)} desa dan kelurahan dimuat; mesin dan API berjalan.`);
  const cast = await gatherCast({ url: `http://127.0.0.1:${port}`, origin }, password);
  say(`${ACCOUNTS.length + 1} akun dibuat; semua orang sudah mengganti kata sandinya.`);

  tell.title(
    story.title,
    `[${KINDS.published}] sebagaimana diberitakan · [${KINDS.derived}] dihitung dari yang ` +
      `diberitakan · [${KINDS.assumed}] dikarang untuk kisah ini: orang, hari, dan nomor`,
  );
  const checked = checkStory(story, await story.play(createStage(cast, tell, showProgress)));
  tell.mails(checked.mails);
  tell.figures(checked.figures);
  const { today } = await cast.as.administrator.ask(getClock);
  return { checked, today };
}

function storyNamed(name: string): Story {
  const story = STORIES.find((each) => each.name === name);
  if (story) return story;
  const known = STORIES.map((each) => each.name).join(', ');
  throw new StartUpError(
    `Kisah “${name}” tidak dikenal. Yang dikenal: ${known}.`,
    `npm run demo -- ${STORIES[0]?.name ?? ''}`,
  );
}

// On a terminal the line is written over; in a log nothing moves.
function showProgress(to: Day, done: number, total: number): void {
  if (!process.stderr.isTTY) return;
  const text = total > 0 ? `  … waktu berjalan ke ${formatDay(to)}: ${done} dari ${total}` : '';
  process.stderr.write(`\r\u001b[K${text}`);
}
