/**
 * Workflow code with a mistake planted wherever it gives the engine a command, and in what the entity
 * runner decides (runner-mistakes.ts). The places of commands are found by the compiler: every call that
 * answers a promise, and Temporal's calls that give a command without one. All mutants are in one bundle,
 * because making one takes as long as replaying every history; one at a time is awake.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import ts from 'typescript';
import { ROOT } from '../../config/root.ts';
import type { RecordedRun } from './recorded-histories.ts';
import { withRunnerMistakes } from './runner-mistakes.ts';

/** A call that gives a command, or waits for others that do. */
export type Place = { number: number; at: string; text: string; waits: boolean };

/** What a replay of untouched code shows: the runs that break, and those that come to each place. */
export type Passage = { broken: string[]; visitors: Map<Place, RecordedRun[]> };

/** A bundle that has every mutant asleep in it. */
export type PlantedBundle = { code: string; places: Place[] };

// A command that is never given; and one that nobody asked for, given before it.
const WAITING_MISTAKES = ['left out', 'after a needless timer'];
const SUDDEN_MISTAKES = ['left out', 'given twice'];

/** Temporal's functions that give a command at once and answer no promise. */
const SUDDEN = new Set(['upsertSearchAttributes', 'upsertMemo', 'patched', 'deprecatePatch']);

/** Those that give none. A function in neither list has to be put into one. */
const SILENT = new Set([
  'allHandlersFinished',
  'defineQuery',
  'defineSignal',
  'defineUpdate',
  'getExternalWorkflowHandle',
  'isCancellation',
  'makeContinueAsNewFunc',
  'proxyActivities',
  'proxyLocalActivities',
  'setHandler',
  'workflowInfo',
]);

// Which mistake is awake is named by the id under which a run is replayed, or written into the bundle where
// it carries living runs. Without one nothing is changed, and the places are noted that a replay comes to.
const NONE_AWAKE = "AWAKE = ''";
const PLANT = `
import { proxySinks, sleep as needlessTimer, workflowInfo as replayed } from '@temporalio/workflow';
const ${NONE_AWAKE};
const { passage } = proxySinks();
function isAwake(mistake) {
  return mistake === (AWAKE || replayed().workflowId);
}
function cameTo(place) {
  if (!AWAKE) passage.cameTo(place);
}
function planted(place, go) {
  if (isAwake(place + ' left out')) return new Promise(() => {});
  if (isAwake(place + ' after a needless timer')) return needlessTimer(1).then(go);
  cameTo(place);
  return go();
}
function plantedSudden(place, go) {
  if (isAwake(place + ' left out')) return undefined;
  if (isAwake(place + ' given twice')) go();
  cameTo(place);
  return go();
}
`;

/** Makes the bundle of all mutants. */
export async function plantMutants(): Promise<PlantedBundle> {
  const sources = workflowSources();
  const places: Place[] = [];
  mkdirSync(path.join(ROOT, 'build'), { recursive: true });
  // Inside the repository, so that packages are found from there.
  const folder = mkdtempSync(path.join(ROOT, 'build', 'mutants-'));
  try {
    symlinkSync(path.join(ROOT, 'domain'), path.join(folder, 'domain'));
    for (const { source, calls } of sources) {
      const copy = path.join(folder, path.relative(ROOT, source.fileName));
      mkdirSync(path.dirname(copy), { recursive: true });
      const planted = withMistakes(source, calls, places);
      const isRunner = source.fileName.endsWith('run-entity.ts');
      writeFileSync(copy, isRunner ? withRunnerMistakes(planted) : planted);
    }
    const { code } = await bundleWorkflowCode({
      workflowsPath: path.join(folder, 'workflows', 'index.ts'),
      logger: new DefaultLogger('WARN'),
    });
    return { code, places };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Replays every run with no mutant awake. */
export async function pass(bundle: PlantedBundle, runs: readonly RecordedRun[]): Promise<Passage> {
  const visitors = new Map<Place, RecordedRun[]>(bundle.places.map((place) => [place, []]));
  const broken: string[] = [];
  let run: RecordedRun | undefined;
  const cameTo = (place: number) => {
    const known = visitors.get(bundle.places[place]!)!;
    if (run && known.at(-1) !== run) known.push(run);
  };
  const replays = replay(bundle, cameTo, function* () {
    for (run of runs) yield run;
  });
  for await (const { workflowId, error } of replays) {
    if (error) broken.push(`${workflowId}: ${error.message}`);
  }
  return { broken, visitors };
}

/** Wakes one mutant after the other and answers those that none of their visitors noticed. */
export async function survivors(bundle: PlantedBundle, { visitors }: Passage): Promise<string[]> {
  const unnoticed = new Map(
    bundle.places.flatMap((place) =>
      mistakesAt(place).map((mistake) => [`${place.number} ${mistake}`, { place, mistake }]),
    ),
  );
  const replays = replay(
    bundle,
    () => undefined,
    function* () {
      // A generator goes on only after the replay before has answered.
      for (const [workflowId, { place }] of [...unnoticed]) {
        for (const { history } of visitors.get(place)!) {
          if (unnoticed.has(workflowId)) yield { workflowId, history };
        }
      }
    },
  );
  for await (const { workflowId, error } of replays) {
    if (error) unnoticed.delete(workflowId);
  }
  return [...unnoticed.values()].map(
    ({ place: { at, text }, mistake }) => `${at} ${text}: ${mistake}`,
  );
}

/** Wakes one of these mistakes after the other; answers those that none of these runs notices. */
export async function unnoticedMistakes(
  bundle: PlantedBundle,
  mistakes: readonly string[],
  runs: readonly RecordedRun[],
): Promise<string[]> {
  const unnoticed = new Set(mistakes);
  const replays = replay(
    bundle,
    () => undefined,
    function* () {
      for (const mistake of mistakes) {
        for (const { history } of runs) {
          if (unnoticed.has(mistake)) yield { workflowId: mistake, history };
        }
      }
    },
  );
  for await (const { workflowId, error } of replays) {
    if (error) unnoticed.delete(workflowId);
  }
  return [...unnoticed];
}

/** The bundle's code with this mistake awake in every run that it carries. */
export function withAwake({ code }: PlantedBundle, mistake: string): string {
  return code.replaceAll(NONE_AWAKE, `AWAKE = ${JSON.stringify(mistake)}`);
}

function replay(
  { code }: PlantedBundle,
  cameTo: (place: number) => void,
  runs: () => Generator<RecordedRun>,
) {
  const noting = { fn: (_info: unknown, place: string) => cameTo(Number(place)) };
  return Worker.runReplayHistories(
    {
      workflowBundle: { code },
      sinks: { passage: { cameTo: { ...noting, callDuringReplay: true } } },
    },
    runs(),
  );
}

function mistakesAt({ waits }: Place): string[] {
  return waits ? WAITING_MISTAKES : SUDDEN_MISTAKES;
}

type Call = { node: ts.CallExpression; waits: boolean };

function workflowSources(): { source: ts.SourceFile; calls: Call[] }[] {
  const folder = path.join(ROOT, 'workflows');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), (file) =>
    ts.sys.readFile(file),
  ) as { config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const program = ts.createProgram(files, { ...options, types: [] });
  const checker = program.getTypeChecker();
  return files.map((file) => {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`${file} cannot be read`);
    return { source, calls: callsIn(source, checker) };
  });
}

function callsIn(source: ts.SourceFile, checker: ts.TypeChecker): Call[] {
  const calls: Call[] = [];
  visit(source);
  return calls;

  function visit(node: ts.Node): void {
    if (ts.isCallExpression(node)) {
      const waits = checker.getPropertyOfType(checker.getTypeAtLocation(node), 'then');
      const temporals = temporalsName(node);
      if (waits) calls.push({ node, waits: true });
      else if (temporals && SUDDEN.has(temporals)) calls.push({ node, waits: false });
      else if (temporals && !SILENT.has(temporals)) {
        throw new Error(`Does ${temporals} give a command? Say so in tests/support/mutants.ts.`);
      }
    }
    ts.forEachChild(node, visit);
  }

  /** What the called function is called at Temporal, when it is Temporal's. */
  function temporalsName({ expression }: ts.CallExpression): string | undefined {
    const symbol = ts.isIdentifier(expression) && checker.getSymbolAtLocation(expression);
    const imported = symbol ? symbol.declarations?.[0] : undefined;
    if (!imported || !ts.isImportSpecifier(imported)) return undefined;
    const from = imported.parent.parent.parent.moduleSpecifier.getText();
    return from.includes('@temporalio/workflow')
      ? (imported.propertyName ?? imported.name).text
      : undefined;
  }
}

/** The source with every call wrapped; `places` grows by them. */
function withMistakes(source: ts.SourceFile, calls: Call[], places: Place[]): string {
  const edits: { position: number; text: string }[] = [];
  for (const { node, waits } of calls) {
    const start = node.getStart();
    const file = path.relative(ROOT, source.fileName);
    const { line } = source.getLineAndCharacterOfPosition(start);
    const text = node.getText().replace(/\s+/g, ' ');
    const plant = waits ? 'planted' : 'plantedSudden';
    const number = places.length;
    edits.push({ position: start, text: `${plant}('${number}', () => (` });
    edits.push({ position: node.end, text: '))' });
    places.push({ number, at: `${file}:${line + 1}`, text, waits });
  }
  // From the end; of calls that begin at one place the inner one first.
  edits.reverse().sort((one, other) => other.position - one.position);
  const mutated = edits.reduce(
    (text, edit) => text.slice(0, edit.position) + edit.text + text.slice(edit.position),
    source.text,
  );
  return calls.length > 0 ? mutated + PLANT : mutated;
}
