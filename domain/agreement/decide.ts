/**
 * The one function that decides a command. Validators, handlers, the API's list of possible commands and
 * tests all ask it; what it decides by stands in the table of commands.
 */
import { isEnded } from './agreement.ts';
import type { AgreementState } from './agreement.ts';
import { isApproved } from './approval.ts';
import { COMMANDS, reserves } from './command.ts';
import type { Command, CommandOf, CommandType, ReservingCommand } from './command.ts';
import { ruleBroken } from './refusals.ts';
import type { AgreementEvent, Decision, Transition } from './transition.ts';
import type { Acting } from './turn.ts';
import { remember } from '../shared/command-metadata.ts';
import type { DeskId } from '../shared/ids.ts';
import { refusalBy } from '../shared/refusal.ts';
import type { Refusal } from '../shared/refusal.ts';

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

  const decision = byItsRule(agreement, command.type, command);
  const version = agreement.version + 1;
  return {
    state: remember(
      { ...decision.state, version, revision: agreement.revision + 1 },
      { id: command.commandId, version, code: null },
    ),
    events: [...decision.events, ...stageReached(agreement, decision)],
    // After the signing a desk is called to act only when the originals are passed on to it.
    desksToNotify:
      decision.state.stage === 'active' && command.type !== 'passTurn'
        ? []
        : desksToNotify(agreement, decision, command),
  };
}

/** The refusal that a rule would give, or null when the command would be accepted. */
export function refusalOf(agreement: AgreementState, command: Command): Refusal | null {
  return refusalBy(() => decide(agreement, command));
}

/** Whether PostgreSQL has to grant what the command asks for. */
export function needsReservation(
  agreement: AgreementState,
  command: Command,
): command is ReservingCommand {
  return reserves(agreement, command.type, command);
}

function byItsRule<Type extends CommandType>(
  agreement: AgreementState,
  type: Type,
  command: CommandOf<Type>,
): Decision {
  return COMMANDS[type].rule(agreement, command);
}

// Desks on which the text has just arrived, and desks that had it but now have something else to do with
// it. A text returned from signing is to be mended by a desk that was to sign it. A text with other dates
// is to be approved again by an office that had a later step before it.
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
