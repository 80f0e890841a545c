/**
 * The storm's checker can be believed: on a small installation of real processes, in which all is
 * well, it finds nothing; and whatever is taken away, doubled, put back or altered there, it names.
 */
import { copyFileSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { untilAtRest } from '../../storm/calm.ts';
import { chanceOf } from '../../storm/chance.ts';
import { checkAll, gatherFacts } from '../../storm/check.ts';
import type { CheckName } from '../../storm/checks/finding.ts';
import { openClients } from '../../storm/clients.ts';
import { moveClock } from '../../storm/clock.ts';
import { readHistories, replayAll, withEngine } from '../../storm/engine-facts.ts';
import { readStores } from '../../storm/facts.ts';
import type { Facts } from '../../storm/facts.ts';
import { openLedger } from '../../storm/ledger.ts';
import type { Ledger } from '../../storm/ledger.ts';
import { PEOPLE, setToWork } from '../../storm/people.ts';
import { askDatabase, raiseStage } from '../../storm/stage.ts';
import type { Stage } from '../../storm/stage.ts';
import { eventually } from '../support/eventually.ts';
import '../support/quiet-runtime.ts';
import { swiftFolder } from '../support/swift-folder.ts';

const SEED = 1;
let folder: string;
let stage: Stage;
let ledger: Ledger;
let calm: Facts;

beforeAll(async () => {
  folder = swiftFolder('checker');
  stage = await raiseStage({
    folder,
    begin: '2024-01-08',
    say: () => undefined,
    temporalBinary: inject('temporalBinary'),
    bundlePath: inject('bundlePath'),
  });
  ledger = openLedger(path.join(folder, 'ledger.jsonl'));
  const chance = chanceOf(SEED, 'clients');
  const clients = await openClients({ stage, ledger, chance, people: PEOPLE });
  const crew = setToWork({ clients, seed: SEED }, 3);
  const clock = moveClock({ clients, seed: SEED });
  await eventually(
    () => (has('recordNumber') && has('sign') && clock.moved().moves > 0 ? true : undefined),
    { within: 180_000, waitingFor: 'agreements with numbers and signatures, and another day' },
  );
  await Promise.all([crew.rest(), clock.rest()]);
  await untilAtRest(stage);
  calm = await gatherFacts(stage, ledger);
}, 300_000);
afterAll(async () => {
  await stage.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const has = (wanted: string) => ledger.entries.filter(isDone(wanted)).length > 1;

function isDone(wanted: string) {
  return ({ command, heard }: Ledger['entries'][number]) =>
    command === wanted && heard.kind === 'done';
}

/** What the checker says, each finding as `check: what`. */
function found(facts: Facts): string[] {
  return Object.values(checkAll(facts)).flatMap(({ findings }) =>
    findings.map(({ check, what }) => `${check}: ${what}`),
  );
}

/** What the checker says while something is planted, which is taken out again afterwards. */
async function foundWith(
  plant: string,
  takeOut: string,
  values: unknown[] = [],
): Promise<string[]> {
  await ask(plant, values);
  try {
    return found({ ...calm, ...(await readStores(stage)) });
  } finally {
    await ask(takeOut);
  }
}

const ask = (sql: string, values: unknown[] = []) => askDatabase(stage.ownerUrl, sql, values);

/** The id of a command that was acknowledged. */
function aCommand(command: string): string {
  const entry = ledger.entries.find(isDone(command));
  const row = calm.requests.find(
    ({ principal, key }) => principal === entry?.person && key === entry.key,
  );
  if (!row) throw new Error(`nobody was told that ${command} is done`);
  return row.commandId;
}

describe('in the calm', () => {
  test('finds nothing, and has looked at everything', () => {
    const checked = checkAll(calm);

    const idle = Object.entries(checked).filter(([, { looked }]) => looked === 0);
    expect(found(calm)).toEqual([]);
    expect(idle.map(([name]) => name as CheckName)).toEqual([]);
  });
});

describe('a planted loss is named:', () => {
  test('a command that was acknowledged and is not recorded', async () => {
    const findings = await foundWith(
      `create table planted as select * from audit_event where key = '${aCommand('submit')}';
       delete from audit_event where id in (select id from planted)`,
      `insert into audit_event select * from planted; drop table planted`,
    );

    expect(findings).toContain('promises: was acknowledged, and is not recorded');
    expect(findings).toContain('audit: does not hold');
  });

  test('an agreement that was acknowledged and is not there', async () => {
    const findings = await foundWith(
      `create table planted as select * from agreement limit 1;
       delete from agreement where id in (select id from planted)`,
      `insert into agreement select * from planted; drop table planted`,
    );

    expect(findings).toContain('promises: was acknowledged, and its agreement is not there');
    expect(findings).toContainEqual(expect.stringMatching(/^copies: runs .* and has no copy$/));
  });

  test('a mail that never arrived', async () => {
    const mail = aMail();
    const aside = path.join(folder, path.basename(mail));
    renameSync(mail, aside);

    const findings = found({ ...calm, ...(await readStores(stage)) });

    renameSync(aside, mail);
    expect(findings).toEqual(['mail: was sent, and received 0 times (at most 1)']);
  });

  test('a signature that is not held any more', async () => {
    const findings = await foundWith(
      `create table planted as select * from signature_reservation limit 1;
       delete from signature_reservation where command_id in (select command_id from planted)`,
      `insert into signature_reservation select * from planted; drop table planted`,
    );

    expect(findings).toEqual([
      expect.stringMatching(/^reservations: has a signature of .* that is not held$/),
    ]);
  });
});

describe('a planted double is named:', () => {
  test('a command that is recorded twice', async () => {
    const findings = await foundWith(
      `insert into audit_event (subject, seq, key, agreement_id, body, event, prev_hash, hash)
       select subject, 1000, '0ddba11-again', agreement_id, body, event, prev_hash, hash
       from audit_event where key = '${aCommand('submit')}'`,
      `delete from audit_event where seq = 1000`,
    );

    expect(findings).toContain('promises: was asked for by nobody');
    expect(findings).toContainEqual(expect.stringMatching(/^order: version/));
  });

  test('a mail that was received twice', async () => {
    const mail = aMail();
    const again = mail.replace('.eml', '0.eml');
    copyFileSync(mail, again);

    const findings = found({ ...calm, ...(await readStores(stage)) });

    rmSync(again);
    expect(findings).toEqual(['mail: was sent, and received 2 times (at most 1)']);
  });

  test('a key that was answered in two ways', () => {
    const [entry, ...others] = calm.ledger;
    const findings = found({
      ...calm,
      ledger: entry ? [{ ...entry, answers: ['201 {}', '409 NumberTaken'] }, ...others] : [],
    });

    expect(findings).toEqual(['answers: has 2 answers: 201 {} | 409 NumberTaken']);
  });

  test('an answer that would be another one if it were asked for again', async () => {
    const id = aCommand('submit');
    const findings = await foundWith(
      `create table planted as select * from idempotency where command_id = '${id}';
       update idempotency set response = '{"status": 200, "rendered": "{}"}'
       where command_id = '${id}'`,
      `update idempotency i set response = planted.response from planted
       where planted.command_id = i.command_id; drop table planted`,
    );

    expect(findings).toEqual(['answers: was acknowledged, and another answer is kept']);
  });
});

describe('a stale copy is named:', () => {
  test('of an earlier version', async () => {
    const findings = await foundWith(
      `create table planted as select * from agreement
         where stage <> 'ended' and version > 1 limit 1;
       update agreement set version = version - 1,
         state = jsonb_set(state, '{version}', to_jsonb(version - 1))
       where id in (select id from planted)`,
      `delete from agreement where id in (select id from planted);
       insert into agreement select * from planted; drop table planted`,
    );

    expect(findings).toContainEqual(
      expect.stringMatching(/^copies: stands at version \d+, and its copy at version \d+$/),
    );
  });

  test('that says something else of the same version', async () => {
    const findings = await foundWith(
      `create table planted as select * from agreement
         where id = '${agreementWithState()}';
       update agreement set state = jsonb_set(state, '{turn,since}', '"2023-12-31"')
       where id in (select id from planted)`,
      `delete from agreement where id in (select id from planted);
       insert into agreement select * from planted; drop table planted`,
    );

    expect(findings).toEqual(['copies: differs from its copy in turn']);
  });
});

describe('a broken history is named:', () => {
  test('one in which another activity was asked for', async () => {
    const runs = await withEngine(stage.temporalAddress, readHistories);
    const broken = runs.find(({ history }) => schedules(history).length > 0);
    const [scheduled] = schedules(broken?.history ?? {});
    if (!broken || !scheduled?.activityType) throw new Error('no run has asked for an activity');
    scheduled.activityType.name = 'forget';

    const unreplayable = await replayAll(stage.bundlePath, runs);

    expect(unreplayable.map(({ run }) => run)).toEqual([`${broken.workflowId} ${broken.runId}`]);
    expect(found({ ...calm, unreplayable })).toEqual([
      expect.stringMatching(/^histories: .*TMPRL1100/),
    ]);
  });
});

describe('what is held by the wrong is named:', () => {
  test('a number that no agreement names', async () => {
    const findings = await foundWith(
      `insert into number_reservation
       select gen_random_uuid(), agreement_id, gen_random_uuid(), kind, year, 'X', 'PLANTED', dated
       from number_reservation limit 1`,
      `delete from number_reservation where number_key = 'PLANTED'`,
    );

    expect(findings).toEqual([
      expect.stringMatching(/^reservations: holds a number of .* that it does not name/),
    ]);
  });

  test('a renewal that does not exist', async () => {
    const findings = await foundWith(
      `insert into renewal_reservation select gen_random_uuid(), gen_random_uuid()`,
      `delete from renewal_reservation where predecessor_id not in (select id from agreement)`,
    );

    expect(findings).toEqual([expect.stringMatching(/^reservations: holds the renewal of/)]);
  });
});

describe('what is not at rest is named:', () => {
  test('a mail in the hands of nobody, and a day that has not passed', async () => {
    const findings = await foundWith(
      `create table planted as select id, state from outbox where state = 'sent' limit 1;
       update outbox set state = 'sending' where id in (select id from planted);
       insert into planned_milestone
       select id, 'agreement/reminder/-/2023-12-31', -1, 'agreement', 'reminder', null, '2023-12-31',
         '2023-12-30' from agreement limit 1`,
      `update outbox set state = planted.state from planted where planted.id = outbox.id;
       drop table planted; delete from planned_milestone where due_day = '2023-12-31'`,
    );

    expect(findings).toContainEqual(expect.stringMatching(/^mail: is sending/));
    expect(findings).toContain('rest: has not passed agreement/reminder/-/2023-12-31');
  });
});

function schedules({ events }: Awaited<ReturnType<typeof readHistories>>[number]['history']) {
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: each }) => each ?? []);
}

/** A mail that was sent once. */
function aMail(): string {
  const once = calm.outbox.filter(
    ({ state, possiblyDoubled }) => state === 'sent' && !possiblyDoubled,
  );
  const ids = once.map(({ messageId }) => messageId);
  const file = readdirSync(stage.mailFolder)
    .map((name) => path.join(stage.mailFolder, name))
    .find((each) => ids.some((id) => readFileSync(each, 'utf8').includes(id)));
  if (!file) throw new Error('no mail was received');
  return file;
}

/** An agreement whose whole state stands in its history. */
function agreementWithState(): string {
  const workflow = calm.workflows.find(
    ({ state, version }) => state !== null && state.version === version,
  );
  if (!workflow) throw new Error('no history holds the state that its agreement is in');
  return workflow.id;
}
