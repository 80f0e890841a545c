/** What PostgreSQL says happened, in the words of tests. */
import { agreementEntity } from '../../activities/agreement/entity.ts';
import { recordingOf } from '../../activities/recording.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { decide } from '../../domain/agreement/decide.ts';
import type { Command } from '../../domain/agreement/command.ts';
import type { AgreementEvent } from '../../domain/agreement/transition.ts';
import { begin, propose } from '../../domain/agreement/proposal.ts';
import { aProposal, bothSign, theWayToSigning } from './agreements.ts';
import { addresseesOf } from '../../domain/agreement/notices.ts';
import type { Mail } from '../../domain/agreement/notices.ts';
import type { Sources } from '../../mail/sources.ts';
import type { CommandResult } from '../../domain/shared/command-metadata.ts';
import { askFor } from './asked.ts';
import { eventually } from './eventually.ts';
import { writeNote } from './engine.ts';
import type { Engine, TestDatabase } from './engine.ts';

/** One recorded change. */
export type Told = {
  key: string;
  day: string;
  version?: number | undefined;
  events: AgreementEvent[];
};

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

/**
 * The mails of an agreement by the day of their cause and by reader: those who have it, or who would, were
 * it to leave when it may.
 */
export async function queued({ ask }: Asking, id: string): Promise<Queued[]> {
  type Row = Omit<Queued, 'to'> & { to: string | null; content: object };
  const rows = await ask<Row & Pick<Sources, 'offices' | 'people'>>(
    `select o.id, template, content, to_address as to, business_day::text as day, cause_key as cause,
       not_before as "notBefore", state, attempts, possibly_doubled as "possiblyDoubled",
       message_id as "messageId", s.offices, s.people
     from outbox o, lateral mail_sources(array[o.id], o.not_before) s where agreement_id = $1`,
    [id],
  );
  return rows
    .flatMap(({ to, content, offices, people, ...mail }) => {
      const waiting = { ...mail, ...content } as Mail & Omit<Queued, 'to'>;
      if (to !== null) return [{ ...mail, to }];
      return addresseesOf(waiting, offices ?? [], people ?? []).map((reader) => {
        const person = people?.find(({ userId }) => userId === reader.userId);
        return { ...mail, to: person?.email ?? reader.officeId };
      });
    })
    .sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
}

function orderOf({ day, template, to }: Queued): string {
  return [day, template, to].join(' ');
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
