/**
 * Everything people may do to an agreement, and the one function that decides it. Validators,
 * handlers, the API's list of possible steps and tests all ask `decide`.
 */
import { isEnded } from './agreement.ts';
import type { AgreementState } from './agreement.ts';
import type { DeskId } from '../shared/ids.ts';
import { approve, isApproved } from './approval.ts';
import type { Approve } from './approval.ts';
import { returnText, passTurn, submit, withdraw } from './drafting.ts';
import type { PassTurn, Return, Submit, Withdraw } from './drafting.ts';
import { terminate } from './ending.ts';
import type { Terminate } from './ending.ts';
import type { Transition, AgreementEvent, Decision } from './transition.ts';
import { refusalBy } from '../shared/refusal.ts';
import { ruleBroken } from './refusals.ts';
import type { Refusal } from '../shared/refusal.ts';
import { recordNumber, sign } from './signing.ts';
import type { RecordNumber, Sign } from './signing.ts';
import { changeDates } from './term.ts';
import type { ChangeDates } from './term.ts';
import type { Acting } from './turn.ts';
import { remember } from '../shared/command-metadata.ts';

/** Decided from the agreement alone. */
export type PlainCommand = Submit | Return | PassTurn | Approve | Withdraw | Terminate;

/** Needs a reservation that only PostgreSQL can grant. */
export type ReservingCommand = RecordNumber | Sign | ChangeDates;

export type Command = PlainCommand | ReservingCommand;
export type CommandType = Command['type'];

export const PLAIN_COMMANDS = [
  'submit',
  'return',
  'passTurn',
  'approve',
  'withdraw',
  'terminate',
] as const satisfies readonly PlainCommand['type'][];

export const RESERVING_COMMANDS = [
  'recordNumber',
  'sign',
  'changeDates',
] as const satisfies readonly ReservingCommand['type'][];

/**
 * Whether only PostgreSQL can grant what the command asks for. The dates of an agreement that stands
 * alone concern no other.
 */
export function needsReservation(
  { kind, parent }: Pick<AgreementState, 'kind' | 'parent'>,
  command: Command,
): command is ReservingCommand {
  if (command.type === 'changeDates') return kind === 'mou' || parent !== null;
  return (RESERVING_COMMANDS as readonly string[]).includes(command.type);
}

/**
 * The agreement after a command, one version on. Throws `RuleBroken` when the rules forbid it;
 * the given agreement is never altered.
 */
export function decide(agreement: AgreementState, command: Command): Transition {
  const { expectedRevision } = command;
  if (isEnded(agreement)) throw ruleBroken('AgreementEnded', { agreement: agreement.id });
  if (expectedRevision !== undefined && expectedRevision !== agreement.revision) {
    const { revision: current } = agreement;
    throw ruleBroken('VersionStale', { expected: expectedRevision, current });
  }

  const step = byItsRule(agreement, command);
  const version = agreement.version + 1;
  return {
    state: remember(
      { ...step.state, version, revision: agreement.revision + 1 },
      { id: command.commandId, version, refusal: null },
    ),
    events: [...step.events, ...stageReached(agreement, step)],
    // The originals' way after signing calls nobody to act, unless somebody passes them on.
    desksToNotify:
      step.state.stage === 'active' && command.type !== 'passTurn'
        ? []
        : desksToNotify(agreement, step, command),
  };
}

/** The refusal that a rule would give, or null when the command would be accepted. */
export function refusalOf(agreement: AgreementState, command: Command): Refusal | null {
  return refusalBy(() => decide(agreement, command));
}

function byItsRule(agreement: AgreementState, command: Command): Decision {
  switch (command.type) {
    case 'submit':
      return submit(agreement, command);
    case 'return':
      return returnText(agreement, command);
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
function desksToNotify(
  before: AgreementState,
  { state: agreement }: Decision,
  command: Command,
): DeskId[] {
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

function stageReached(
  before: AgreementState,
  { state: agreement, events }: Decision,
): AgreementEvent[] {
  const told = events.some(({ kind }) => kind === 'stage-reached');
  return told || before.stage === agreement.stage
    ? []
    : [{ kind: 'stage-reached', stage: agreement.stage }];
}
