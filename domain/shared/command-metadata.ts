/**
 * What every command carries besides its content, and the memory of those that were answered. Update
 * ids protect from repetition within one run of a workflow only, so answers cross with the state.
 */
import type { OfficeId, UserId } from './ids.ts';
import type { Day, Instant } from './day.ts';
import type { Refusal } from './refusal.ts';

/** Who recorded something, and for which office. */
export type Recorder = { userId: UserId; officeId: OfficeId };

/** What a command tells the workflow besides its content. */
export type CommandMetadata = {
  commandId: string;
  recordedBy: Recorder;
  /** The business day on which the command is given, in the agreement's zone. */
  businessDay: Day;
  /** The business instant of it; mails caused by the command may leave from then on. */
  givenAt: Instant;
  requestId: string;
  /** The revision the caller had read (If-Match), when it matters to the caller. */
  expectedRevision?: number;
};

/** What is remembered of an answered command: the version it led to, or the code of its refusal. */
export type AnsweredCommand = { id: string; version: number; code: string | null };

/** The answer to a command: the version it led to, or why it was refused. */
export type CommandResult = { version: number; refusal: Refusal | null };

/** Commands remembered across runs of a workflow. */
const REMEMBERED = 16;

type Remembering = { recentCommands: AnsweredCommand[] };

/** The state with one more answered command; the oldest beyond 16 is forgotten. */
export function remember<State extends Remembering>(state: State, answer: AnsweredCommand): State {
  return { ...state, recentCommands: [...state.recentCommands, answer].slice(-REMEMBERED) };
}

/**
 * How a command with this id was answered before, in this run or an earlier one. Of a refusal the
 * code is known, and not its parameters.
 */
export function answerOf({ recentCommands }: Remembering, id: string): CommandResult | undefined {
  const known = recentCommands.find((each) => each.id === id);
  if (!known) return undefined;
  const { version, code } = known;
  return { version, refusal: code === null ? null : { code, params: {} } };
}
