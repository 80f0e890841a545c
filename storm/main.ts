/**
 * `npm run storm -- --seed N --minutes M`: raises a whole installation, lets people work in it
 * while its parts are killed, frozen and restarted and its clock runs across days, waits for the
 * calm, and checks that nothing was lost and nothing doubled.
 *
 * The seed decides what people draw and what the weather does; how both fall together in time is
 * the machine's. A storm can be had again by its seed, but not to the millisecond.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { ROOT } from '../config/root.ts';
import { askedToStop } from '../local/asked-to-stop.ts';
import { inSentences, Stopped } from '../local/start-up-error.ts';
import { untilAtRest, untilRunning } from './calm.ts';
import { chanceOf } from './chance.ts';
import { checkAll, gatherFacts } from './check.ts';
import { openClients } from './clients.ts';
import { moveClock } from './clock.ts';
import { openLedger } from './ledger.ts';
import { PEOPLE, setToWork } from './people.ts';
import { print, reportOf } from './report.ts';
import type { Report } from './report.ts';
import { raiseStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { blow, forecast } from './weather.ts';

/** The business day on which every storm begins. */
const BEGIN = '2024-01-08';

/** How long (ms) people go on asking for an outcome when all is calm. */
const LAST_PATIENCE = 90_000;

const say = (line: string) => console.log(line);

// The replays of the checker say by themselves what breaks.
Runtime.install({
  logger: new DefaultLogger('ERROR', () => undefined),
  telemetryOptions: {
    logging: { filter: makeTelemetryFilterString({ core: 'ERROR' }), forward: {} },
  },
  shutdownSignals: [],
});

try {
  process.exit(await storm());
} catch (error) {
  console.error(inSentences(error));
  process.exit(error instanceof Stopped ? 130 : 1);
}

async function storm(): Promise<number> {
  const { seed, minutes, write } = wanted();
  const folder = mkdtempSync(path.join(tmpdir(), 'mapalus-storm-'));
  const asked = askedToStop();
  say(`Storm ${seed}, ${minutes} minutes. Its folder: ${folder}`);

  const stage = await raiseStage({ folder, begin: BEGIN, say });
  let report: Report | void;
  try {
    report = await Promise.race([asked, weather(stage, seed, minutes)]);
  } finally {
    await stage.stop();
  }
  if (!report) throw new Stopped();

  print(report, say);
  const text = `${JSON.stringify(report, null, 2)}\n`;
  writeFileSync(path.join(folder, 'report.json'), text);
  if (write) {
    mkdirSync(path.join(ROOT, 'bench/results'), { recursive: true });
    writeFileSync(path.join(ROOT, 'bench/results', `storm-${seed}.json`), text);
  }
  if (report.findings.length === 0) {
    rmSync(folder, { recursive: true, force: true });
    say(`\nStorm ${seed}: nothing was lost and nothing doubled.`);
    return 0;
  }
  say(`\nStorm ${seed}: ${report.findings.length} findings. Logs and stores are kept in ${folder}`);
  return 1;
}

async function weather(stage: Stage, seed: number, minutes: number): Promise<Report> {
  const ledger = openLedger(path.join(stage.folder, 'ledger.jsonl'));
  const clients = await openClients({
    stage,
    ledger,
    chance: chanceOf(seed, 'clients'),
    people: PEOPLE,
  });
  const crew = setToWork({ clients, seed });
  const clock = moveClock({ clients, seed });
  const blows = forecast(seed, minutes * 60_000);
  say(`It begins: ${blows.length} blows are to fall.`);
  const { over, done } = blow(stage, blows, ({ target, what, at, lasts }) =>
    say(
      `  ${(at / 1000).toFixed(1).padStart(6)} s  ${what} ${target} for ${(lasts / 1000).toFixed(1)} s`,
    ),
  );
  await pause(minutes * 60_000);
  await over;

  say('The calm: everybody waits for the last outcome.');
  const troubles = await untilRunning(stage);
  clients.endAt(Date.now() + LAST_PATIENCE);
  await Promise.all([crew.rest(), clock.rest()]);
  await untilAtRest(stage);

  say('The checks …');
  const checked = checkAll(await gatherFacts(stage, ledger));
  const unwell = troubles.map((what) => ({ check: 'rest' as const, about: 'the stage', what }));
  checked.rest.findings.push(...unwell);
  return reportOf({
    seed,
    minutes,
    weather: done,
    ownEnds: Object.fromEntries([...stage.parts].map(([name, part]) => [name, part.ownEnds()])),
    clock: clock.moved(),
    ledger,
    checked,
  });
}

/** The day's storm, two minutes long, unless another one is wanted. */
function wanted(): { seed: number; minutes: number; write: boolean } {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: new Date().toISOString().slice(0, 10).replaceAll('-', '') },
      minutes: { type: 'string', default: '2' },
      write: { type: 'boolean', default: false },
    },
  });
  const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
  if (!Number.isInteger(seed) || !(minutes > 0)) {
    throw new Error('Say it so: npm run storm -- --seed 7 --minutes 4 [--write]');
  }
  return { seed, minutes, write: values.write };
}
