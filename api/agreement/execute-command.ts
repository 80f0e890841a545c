/**
 * A command's way from a request to the agreement's workflow and back: store its texts, send it, and
 * answer the agreement as it was recorded, or the rule that the command breaks.
 */
import { isEnded } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { Command, CommandType } from '../../domain/agreement/command.ts';
import { answerOf } from '../../domain/shared/command-metadata.ts';
import type { CommandMetadata } from '../../domain/shared/command-metadata.ts';
import { dayAt } from '../../domain/shared/day.ts';
import type { Tx } from '../../prisma/connect.ts';
import { oneOutcome } from '../http/one-outcome.ts';
import { problemOf, Refused, refusedBy } from '../http/problems.ts';
import type { Route } from '../http/route.ts';
import type { Call, HttpAnswer } from '../http/router.ts';
import type { ApiParts } from '../parts.ts';
import { NotRunning } from '../workflow-client.ts';
import { officeFor, scopesIn } from './acting.ts';
import type { ActingFor } from './acting.ts';
import { inWords } from './names.ts';
import type { Authorship } from './notes.ts';
import { readAgreement, storedState } from './read-agreement.ts';

/** What the routes of agreements stand on. */
export type AgreementParts = Pick<ApiParts, 'database' | 'workflows' | 'announcements'>;

/** What building a command may use: the authorship of its texts and what every command carries. */
export type Building = {
  tx: Tx;
  agreement: AgreementState;
  author: Authorship;
  given: CommandMetadata;
};

/**
 * Gives one command its outcome. `build` stores the command's texts and answers its content; it runs
 * in the transaction that takes the request's key.
 */
export function executeCommand<Type extends CommandType>(
  parts: AgreementParts,
  call: Call<Route> & { params: { id: string }; body: ActingFor },
  type: Type,
  build: (
    building: Building,
  ) => Promise<Omit<Extract<Command, { type: Type }>, keyof CommandMetadata | 'type'>>,
): Promise<HttpAnswer> {
  const { database, workflows } = parts;
  const { id } = call.params;
  const work = async (tx: Tx, commandId: string) => {
    const agreement = await storedState(tx, id);
    const outcome = await outcomeOf(tx, agreement, commandId);
    if (outcome) return outcome.refusal ? refuse(tx, outcome.refusal) : done(tx);
    const command = await prepare(tx, agreement, commandId);
    const ask = () => send(command);
    return { subject: id, ask, read: (later: Tx) => read(later, commandId), refuse };
  };
  return oneOutcome(parts, call, work, () => id);

  async function prepare(tx: Tx, agreement: AgreementState, commandId: string): Promise<Command> {
    const scopes = await scopesIn(tx, agreement);
    const { userId, now } = call.principal;
    const today = dayAt(now, agreement.zone);
    const officeId = officeFor(type, agreement, call.body, { scopes, today });
    const given: CommandMetadata = {
      commandId,
      recordedBy: { userId, officeId },
      businessDay: today,
      givenAt: now,
      requestId: call.requestId,
      ...(call.expectedRevision !== undefined && { expectedRevision: call.expectedRevision }),
    };
    const author = { commandId, agreementId: id, officeId, authorId: userId };
    const content = await build({ tx, agreement, author, given });
    return { ...given, ...content, type } as unknown as Command;
  }

  async function send(command: Command): Promise<void> {
    try {
      await workflows.sendCommand(id, command);
    } catch (error) {
      if (!(error instanceof NotRunning)) throw error;
      await findOutcome(command);
    }
  }

  // The workflow is not running when the agreement has ended, perhaps by this very command. Otherwise
  // the engine has lost the workflow, which `lifecycles:restore` can give back.
  async function findOutcome({ commandId }: Command): Promise<void> {
    const outcome = await database.withActor(call.principal.actor, async (tx) =>
      outcomeOf(tx, await storedState(tx, id), commandId),
    );
    if (!outcome) throw new Refused('Unavailable');
    if (outcome.refusal) throw outcome.refusal;
  }

  async function read(tx: Tx, commandId: string): Promise<HttpAnswer | undefined> {
    const outcome = await outcomeOf(tx, await storedState(tx, id), commandId);
    return outcome?.refusal === null ? done(tx) : undefined;
  }

  async function done(tx: Tx): Promise<HttpAnswer> {
    const body = await readAgreement(tx, id, call.principal);
    return { body, etag: body.revision };
  }

  // With the commands that would be possible instead.
  async function refuse(tx: Tx, { code, params }: Refused): Promise<HttpAnswer> {
    const { possible, revision } = await readAgreement(tx, id, call.principal);
    const commands = [...new Set(possible.map(({ command }) => command))];
    const refusal = new Refused(code, await inWords(tx, params), { possible: commands });
    const problem = problemOf(refusal, call.requestId);
    return { status: problem.status, rendered: JSON.stringify(problem), etag: revision };
  }
}

/** How a command came out: its refusal, or null when it was carried out. */
type Outcome = { refusal: Refused | null };

/**
 * The outcome of a command that PostgreSQL knows; undefined while it is open. The agreement's state
 * remembers the last commands, and the audit every command that was carried out. An agreement that has
 * ended carries out no other.
 */
async function outcomeOf(
  tx: Tx,
  agreement: AgreementState,
  commandId: string,
): Promise<Outcome | undefined> {
  const { id } = agreement;
  const answered = answerOf(agreement, commandId);
  if (answered) {
    const { refusal } = answered;
    return { refusal: refusal && refusedBy(refusal) };
  }
  const audited = await tx.auditEvent.count({
    where: { subject: `agreement/${id}`, key: commandId },
  });
  if (audited > 0) return { refusal: null };
  return isEnded(agreement)
    ? { refusal: new Refused('AgreementEnded', { agreement: id }) }
    : undefined;
}
