/** What a storm has to say at its end: on the terminal, and as a file that can be kept. */
import os from 'node:os';
import type { Checked, CheckName, Finding } from './checks/finding.ts';
import type { Ledger } from './ledger.ts';

export type Report = {
  seed: number;
  minutes: number;
  ranAt: string;
  machine: string;
  /** What the weather did, by kind and target. */
  weather: Record<string, number>;
  /** Parts that ended or did not start although nobody had ended them. */
  ownEnds: Record<string, number>;
  clock: { moves: number; days: number };
  /** Requests by what came of them: `done`, `unknown`, or the code of the refusal. */
  commands: Record<string, Record<string, number>>;
  /** Requests that were sent more than once before an answer came. */
  repeated: number;
  /** What each check looked at. */
  looked: Record<string, number>;
  findings: Finding[];
};

type Story = Pick<Report, 'seed' | 'minutes' | 'weather' | 'ownEnds' | 'clock'> & {
  ledger: Ledger;
  checked: Record<CheckName, Checked>;
};

/** Puts the report together. */
export function reportOf({ ledger, checked, ...story }: Story): Report {
  const checks = Object.entries(checked);
  return {
    ...story,
    ranAt: new Date().toISOString(),
    machine: machine(),
    commands: commandsIn(ledger),
    repeated: ledger.entries.filter(({ attempts }) => attempts > 1).length,
    looked: Object.fromEntries(checks.map(([name, { looked }]) => [name, looked])),
    findings: checks.flatMap(([, { findings }]) => findings),
  };
}

/** Prints the report. */
export function print(report: Report, say: (line: string) => void): void {
  const { weather, commands, looked, findings, clock } = report;
  const total = (counts: Record<string, number>) =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  say(
    `\nThe weather: ${total(weather)} blows; the clock: ${clock.days} days in ${clock.moves} moves.`,
  );
  console.table(weather);
  say(`What people asked for, ${report.repeated} of it more than once before an answer came:`);
  console.table(commands);
  say('What was checked:');
  console.table(
    Object.fromEntries(
      Object.entries(looked).map(([check, count]) => [
        check,
        { looked: count, found: findings.filter((each) => each.check === check).length },
      ]),
    ),
  );
  for (const { check, about, what } of findings) say(`✗ ${check}: ${about} ${what}`);
}

function commandsIn({ entries }: Ledger): Report['commands'] {
  const commands: Report['commands'] = {};
  for (const { command, heard } of entries) {
    const counts = (commands[command] ??= {});
    const came = heard.kind === 'refused' ? heard.code : heard.kind;
    counts[came] = (counts[came] ?? 0) + 1;
  }
  return commands;
}

function machine(): string {
  const cpus = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${cpus.length} × ${cpus[0]?.model ?? 'unknown'}, ${memory} GiB, Node ${process.versions.node}`;
}
