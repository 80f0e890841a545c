/**
 * Everything people may do to an agreement, and the one function that decides it. Validators,
 * handlers, the API's list of possible steps and tests all ask `obey`.
 */
import { isEnded } from './agreement.ts';
import type { AgreementState, AnsweredCommand, DeskId } from './agreement.ts';
import { approve, isApproved } from './approval.ts';
import type { Approve } from './approval.ts';
import { giveBack, passTurn, submit, withdraw } from './drafting.ts';
import type { PassTurn, Return, Submit, Withdraw } from './drafting.ts';
import { terminate } from './ending.ts';
import type { Terminate } from './ending.ts';
import type { Change, Happening } from './happening.ts';
import { refusalBy, RuleBroken } from './rule-broken.ts';
import type { Refusal } from './rule-broken.ts';
import { recordNumber, sign } from './signing.ts';
import type { RecordNumber, Sign } from './signing.ts';
import type { Step } from './happening.ts';
import { changeDates } from './term.ts';
import type { ChangeDates } from './term.ts';
import type { Acting } from './turn.ts';

/** Decided from the agreement alone. */
export type PlainCommand = Submit | Return | PassTurn | Approve | Withdraw | Terminate;

/** Needs a claim that only PostgreSQL can grant. */
export type ClaimingCommand = RecordNumber | Sign | ChangeDates;

export type Command = PlainCommand | ClaimingCommand;
export type CommandType = Command['type'];

export const PLAIN_COMMANDS = [
  'submit',
  'return',
  'passTurn',
  'approve',
  'withdraw',
  'terminate',
] as const satisfies readonly PlainCommand['type'][];

export const CLAIMING_COMMANDS = [
  'recordNumber',
  'sign',
  'changeDates',
] as const satisfies readonly ClaimingCommand['type'][];

/**
 * Whether only PostgreSQL can grant what the command asks for. The dates of an agreement that stands
 * alone concern no other.
 */
export function needsClaim(
  { kind, parent }: Pick<AgreementState, 'kind' | 'parent'>,
  command: Command,
): command is ClaimingCommand {
  if (command.type === 'changeDates') return kind === 'mou' || parent !== null;
  return (CLAIMING_COMMANDS as readonly string[]).includes(command.type);
}

/** Commands remembered across runs of the workflow. */
const REMEMBERED = 64;

/**
 * The agreement after a command, one version on. Throws `RuleBroken` when the rules forbid it;
 * the given agreement is never altered.
 */
export function obey(agreement: AgreementState, command: Command): Change {
  const { expectedRevision } = command;
  if (isEnded(agreement)) throw new RuleBroken('AgreementEnded', { agreement: agreement.id });
  if (expectedRevision !== undefined && expectedRevision !== agreement.revision) {
    const { revision: current } = agreement;
    throw new RuleBroken('VersionStale', { expected: expectedRevision, current });
  }

  const step = decide(agreement, command);
  const version = agreement.version + 1;
  return {
    agreement: remember(
      { ...step.agreement, version, revision: agreement.revision + 1 },
      { id: command.commandId, version, refusal: null },
    ),
    happened: [...step.happened, ...stageReached(agreement, step)],
    // The originals' way after signing calls nobody to act, unless somebody passes them on.
    summoned:
      step.agreement.stage === 'active' && command.type !== 'passTurn'
        ? []
        : calledToAct(agreement, step, command),
  };
}

/** The agreement with one more answered command; the oldest beyond 64 is forgotten. */
export function remember(agreement: AgreementState, answer: AnsweredCommand): AgreementState {
  return { ...agreement, answered: [...agreement.answered, answer].slice(-REMEMBERED) };
}

/** How a command with this id was answered before, in this run or an earlier one. */
export function answerOf(agreement: AgreementState, id: string): AnsweredCommand | undefined {
  return agreement.answered.find((each) => each.id === id);
}

/** The refusal that a rule would speak, or null when it would be obeyed. */
export function refusalOf(agreement: AgreementState, command: Command): Refusal | null {
  return refusalBy(() => obey(agreement, command));
}

function decide(agreement: AgreementState, command: Command): Step {
  switch (command.type) {
    case 'submit':
      return submit(agreement, command);
    case 'return':
      return giveBack(agreement, command);
    case 'passTurn':
      return passTurn(agreement, command);
    case 'approve':
      return approve(agreement, command);
    case 'withdraw':
      return withdraw(agreement, command);
    case 'terminate':
      return terminate(agreement, command);
    case 'changeDates':
      return changeDates(agreement, command);
    case 'recordNumber':
      return recordNumber(agreement, command);
    case 'sign':
      return sign(agreement, command);
  }
}

// Desks on which the text has just arrived, and those that had it but now have something else to
// do with it: a text returned from the signing table is to be mended where it was to be signed, and
// one with other dates is to be approved again by an office that had a later step before it.
function calledToAct(before: AgreementState, { agreement }: Step, command: Command): DeskId[] {
  const { recordedBy, onBehalfOf: actor = recordedBy.officeId }: Acting = command;
  const moved = agreement.stage !== before.stage;
  const lapsed = before.approvals.filter(
    (step) => isApproved(before, step) && !isApproved(agreement, step),
  );
  const askedAgain = lapsed.flatMap(({ offices }) => offices);
  return agreement.turn.desks.filter(
    (desk) =>
      !before.turn.desks.includes(desk) || askedAgain.includes(desk) || (moved && desk !== actor),
  );
}

function stageReached(before: AgreementState, { agreement, happened }: Step): Happening[] {
  const told = happened.some(({ kind }) => kind === 'stage-reached');
  return told || before.stage === agreement.stage
    ? []
    : [{ kind: 'stage-reached', stage: agreement.stage }];
}
