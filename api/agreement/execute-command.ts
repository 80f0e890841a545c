/**
 * A command's way from a request to the running agreement and back: take the key, store the
 * texts, speak to the engine, keep the answer.
 */
import { isEnded } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { Command, CommandType } from '../../domain/agreement/command.ts';
import { dayAt } from '../../domain/shared/day.ts';
import { officesConcerned } from '../../domain/agreement/agreement.ts';
import { ruleBroken } from '../../domain/agreement/refusals.ts';
import { RuleBroken } from '../../domain/shared/refusal.ts';
import type { Database, Tx } from '../../prisma/connect.ts';
import type { Route } from '../http/route.ts';
import { awaitRecording } from '../events/announcements.ts';
import type { Announcements } from '../events/announcements.ts';
import { takeIdempotencyKey, keepAnswer } from '../http/idempotency.ts';
import type { KeptAnswer } from '../http/idempotency.ts';
import { NotRunning } from '../workflow-client.ts';
import type { WorkflowClient } from '../workflow-client.ts';
import { asRefused, problemOf, Refused } from '../http/problems.ts';
import type { HttpAnswer, Call } from '../http/router.ts';
import { officeFor, scopesAmong } from './acting.ts';
import type { ActingFor } from './acting.ts';
import { inWords } from './names.ts';
import type { Authorship } from './notes.ts';
import { readAgreement, storedState } from './read-agreement.ts';
import { answerOf } from '../../domain/shared/command-metadata.ts';
import type { AnsweredCommand, CommandMetadata } from '../../domain/shared/command-metadata.ts';

/** What the command routes stand on. */
export type CommandParts = {
  database: Database;
  lifecycles: WorkflowClient;
  announcements: Announcements;
};

/** What building a command may use: the texts' authorship and what every command carries. */
export type Building = {
  tx: Tx;
  agreement: AgreementState;
  author: Authorship;
  given: CommandMetadata;
};

/**
 * Gives one command. `build` stores its texts and answers its content; it runs in the
 * transaction that takes the request's key.
 */
export async function executeCommand<Type extends CommandType>(
  { database, lifecycles, announcements }: CommandParts,
  call: Call<Route> & { params: { id: string }; body: ActingFor },
  type: Type,
  build: (
    building: Building,
  ) => Promise<Omit<Extract<Command, { type: Type }>, keyof CommandMetadata | 'type'>>,
): Promise<HttpAnswer> {
  const { actor } = call.principal;
  const { id } = call.params;
  const prepared = await database.withActor(actor, async (tx) => {
    const agreement = await storedState(tx, id);
    const { commandId, given } = await takeIdempotencyKey(tx, call, () => id);
    if (given) return { kept: given };
    // Carried out before, by a request that ended before it kept its answer.
    const answered = answerOf(agreement, commandId);
    if (answered) return { answered };
    if (isEnded(agreement)) return { refused: ruleBroken('AgreementEnded', { agreement: id }) };
    return { command: await prepare(tx, agreement, commandId) };
  });
  if (prepared.kept) return prepared.kept;

  let refused: unknown = prepared.refused ?? refusalIn(prepared.answered);
  const { command } = prepared;
  if (command) {
    try {
      const answer = await recordedOrSaid(command);
      if (answer) return answer;
    } catch (error) {
      refused = error instanceof NotRunning ? await whyNotRunning(command) : error;
    }
  }
  return database.withActor(actor, async (tx) => {
    const answer = refused ? await refusedAnswer(tx, call, id, refused) : await done(tx, call, id);
    return keepAnswer(tx, call, answer);
  });

  async function prepare(tx: Tx, agreement: AgreementState, commandId: string): Promise<Command> {
    const scopes = await scopesAmong(tx, officesConcerned(agreement));
    const today = dayAt(call.principal.now, agreement.zone);
    const officeId = officeFor(type, agreement, call.body, { scopes, today });
    const { userId } = call.principal;
    const given: CommandMetadata = {
      commandId,
      recordedBy: { userId, officeId },
      businessDay: today,
      givenAt: call.principal.now,
      requestId: call.requestId,
      ...(call.expectedRevision !== undefined && { expectedRevision: call.expectedRevision }),
    };
    const author = { commandId, agreementId: id, officeId, authorId: userId };
    const content = await build({ tx, agreement, author, given });
    return { ...given, ...content, type } as unknown as Command;
  }

  // What is recorded is carried out, one or two of the engine's tasks before the engine says so, and is
  // answered from there. A refusal is only said.
  async function recordedOrSaid(command: Command): Promise<KeptAnswer | undefined> {
    const over = new AbortController();
    const recorded = awaitRecording(announcements, id, () => answerOnceRecorded(command), {
      signal: over.signal,
      atOnce: false,
    });
    const said = lifecycles.say(id, command);
    // Nobody waits for the one any more when the other came first.
    said.catch(() => undefined);
    recorded.catch(() => undefined);
    await Promise.race([recorded, said]).finally(() => over.abort());
    return recorded;
  }

  function answerOnceRecorded({ commandId }: Command): Promise<KeptAnswer | undefined> {
    return database.withActor(actor, async (tx) => {
      const answered = answerOf(await storedState(tx, id), commandId);
      if (answered?.refusal !== null) return undefined;
      return keepAnswer(tx, call, await done(tx, call, id));
    });
  }

  // Not running means ended, perhaps by this very command; unless PostgreSQL has never heard of
  // the end, and then the engine has lost a workflow that `lifecycles:restore` can give back.
  async function whyNotRunning({ commandId }: Command): Promise<unknown> {
    const agreement = await database.withActor(actor, (tx) => storedState(tx, id));
    const answered = answerOf(agreement, commandId);
    if (answered) return refusalIn(answered);
    return isEnded(agreement)
      ? ruleBroken('AgreementEnded', { agreement: id })
      : new Refused('Unavailable');
  }
}

function refusalIn(answered: AnsweredCommand | undefined): RuleBroken | undefined {
  const refusal = answered?.refusal;
  return refusal ? new RuleBroken(refusal.code, refusal.params) : undefined;
}

async function done(tx: Tx, call: Call, id: string): Promise<KeptAnswer> {
  const body = await readAgreement(tx, id, call.principal);
  return { status: 200, rendered: JSON.stringify(body), etag: body.revision };
}

/**
 * The answer to a command that the rules forbid, with what would be possible instead. Anything
 * that is no refusal of a rule is thrown on, so that its outcome stays open under the same key.
 */
export async function refusedAnswer(
  tx: Tx,
  call: Call,
  id: string,
  error: unknown,
): Promise<KeptAnswer> {
  const refusal = asRefused(error);
  if (!(refusal instanceof Refused) || refusal.code === 'Unavailable') throw error;
  const { possible, revision } = await readAgreement(tx, id, call.principal);
  const problem = problemOf(
    new Refused(refusal.code, await inWords(tx, refusal.params), {
      possible: [...new Set(possible.map(({ command }) => command))],
    }),
    call.requestId,
  );
  return { status: problem.status, rendered: JSON.stringify(problem), etag: revision };
}
