/** What PostgreSQL says happened, in the words of tests. */
import { agreementEntity } from '../../activities/agreement/entity.ts';
import { recordingOf } from '../../activities/recording.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { decide } from '../../domain/agreement/decide.ts';
import type { Command } from '../../domain/agreement/command.ts';
import type { AgreementEvent } from '../../domain/agreement/transition.ts';
import { begin, propose } from '../../domain/agreement/proposal.ts';
import { aProposal, bothSign, theWayToSigning } from './agreements.ts';
import type { CommandResult } from '../../domain/shared/command-metadata.ts';
import { askFor } from './asked.ts';
import { eventually } from './eventually.ts';
import { writeNote } from './engine.ts';
import type { Engine, TestDatabase } from './engine.ts';

/** One recorded change. */
export type Told = { key: string; day: string; version: number; events: AgreementEvent[] };

type Asking = Pick<TestDatabase, 'ask'>;

/** Everything the audit tells of an agreement, in order. */
export async function audited({ ask }: Asking, id: string): Promise<Told[]> {
  const rows = await ask<{ key: string; event: { businessDay: string } & Omit<Told, 'day'> }>(
    'select key, event from audit_event where subject = $1 order by seq',
    [`agreement/${id}`],
  );
  return rows.map(({ key, event: { businessDay: day, version, events } }) => ({
    key,
    day,
    version,
    events,
  }));
}

/** What time did: `<day> <what>` for each change that no person caused. */
export async function daysThatPassed(engine: Asking, id: string): Promise<string[]> {
  const told = await audited(engine, id);
  return told
    .filter(({ key }) => key.startsWith('agreement/'))
    .map(({ day, events }) => `${day} ${events.map(({ kind }) => kind).join(' ')}`.trim());
}

/** A mail in the outbox. */
export type Queued = {
  id: string;
  template: string;
  to: string;
  day: string;
  cause: string;
  notBefore: Date;
  state: string;
  attempts: number;
  possiblyDoubled: boolean;
  messageId: string;
};

/** The mails of an agreement by the day of their cause and by reader. */
export function queued({ ask }: Asking, id: string): Promise<Queued[]> {
  return ask<Queued>(
    `select id, template, to_address as to, business_day::text as day, cause_key as cause,
       not_before as "notBefore", state, attempts, possibly_doubled as "possiblyDoubled",
       message_id as "messageId"
     from outbox where agreement_id = $1 order by business_day, template, to_address`,
    [id],
  );
}

/** Starts a lifecycle and leads it by these commands. */
export async function aLifecycle(
  engine: Engine,
  commands: Command[] = [],
  only: Parameters<typeof aProposal>[0] = {},
): Promise<AgreementState> {
  const agreement = propose(aProposal(only));
  await engine.start(agreement);
  for (const each of commands) await engine.say(agreement.id, each);
  return agreement;
}

/**
 * Records a lifecycle step by step as a worker would have, and starts its workflow where these commands
 * lead, as a restored one begins. Needs no worker.
 */
export async function aLifecycleFrom(
  engine: Engine,
  commands: Command[],
  only: Parameters<typeof aProposal>[0] = {},
): Promise<AgreementState> {
  const { clockOffset, database, ownerUrl, ask } = engine;
  const { record } = recordingOf(agreementEntity, {
    database,
    release: 'test',
    mailDomain: 'example.test',
  });
  const born = begin({ ...propose(aProposal(only)), clockOffset });
  const { id, created, titleNoteId } = born.state;
  await writeNote(ownerUrl, { id: titleNoteId, agreementId: id, text: 'PKS contoh' });
  await askFor({ ask }, id, created);
  await record({ change: born, cause: { by: 'person', given: created } });
  let { state: agreement } = born;
  for (const given of commands) {
    const change = decide(agreement, given);
    await askFor({ ask }, id, given);
    await record({ change, cause: { by: 'person', given } });
    ({ state: agreement } = change);
  }
  await engine.start(agreement);
  return agreement;
}

/**
 * Gives these commands while no worker is there, all at once and in this order, and lets one come back with
 * this bundle, or with the product's.
 */
export async function giveWhileResting(
  engine: Engine,
  id: string,
  commands: Command[],
  bundlePath = engine.ground.bundlePath,
): Promise<CommandResult[]> {
  await engine.rest();
  for (const each of commands) await askFor(engine, id, each);
  const given = commands.map((each) => engine.tell(id, each));
  // The server holds them back until a worker takes the task; it is scheduled when it has them.
  await eventually(async () => {
    const { raw } = await engine.handle(id).describe();
    return raw.pendingWorkflowTask == null ? undefined : true;
  });
  await engine.wake({ bundlePath });
  return Promise.all(given);
}

/** Starts a lifecycle and leads it to the last signature on the day it was proposed. */
export function aSignedLifecycle(
  engine: Engine,
  only: { on: string } & Parameters<typeof aProposal>[0],
): Promise<AgreementState> {
  return aLifecycle(engine, [...theWayToSigning(only.on), ...bothSign(only.on)], only);
}
