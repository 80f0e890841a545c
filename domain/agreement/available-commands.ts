/**
 * What can be done next, and by whom: the same rules, asked with an example of each command.
 * Pages make their buttons of it and refusals name it as what is possible instead.
 */
import { isEnded, STAGES } from './agreement.ts';
import type { AgreementState, Stage } from './agreement.ts';
import { COMMAND_TYPES, COMMANDS } from './command.ts';
import type { Candidate, Command, CommandType } from './command.ts';
import { refusalOf } from './decide.ts';
import type { AgreementAction } from './permissions.ts';
import type { Day } from '../shared/day.ts';
import type { OfficeId } from '../shared/ids.ts';

/** A command that could be given now, and for which office. */
export type AvailableCommand = Candidate & { command: CommandType };

/** The permission that the desk with the text needs to end each stage; null where no command is awaited. */
export const TURN_ACTION = Object.fromEntries(
  STAGES.map((stage) => [stage, turnActionIn(stage)]),
) as Record<Stage, AgreementAction | null>;

function turnActionIn(stage: Stage): AgreementAction | null {
  const awaited = COMMAND_TYPES.find((type) => COMMANDS[type].awaitedIn?.includes(stage));
  return awaited === undefined ? null : COMMANDS[awaited].permissions[0];
}

/** Every command that a caller acting for one of these offices could give today. */
export function availableCommands(
  agreement: AgreementState,
  officesFor: (action: AgreementAction) => readonly OfficeId[],
  today: Day,
): AvailableCommand[] {
  if (isEnded(agreement)) return [];
  return COMMAND_TYPES.flatMap((command) => {
    const { permissions, candidates } = COMMANDS[command];
    const permitted = new Set(permissions.flatMap((action) => officesFor(action)));
    return candidates(agreement)
      .filter(({ office }) => permitted.has(office))
      .map((candidate) => ({ command, ...candidate }))
      .filter((each) => refusalOf(agreement, example(agreement, each, today)) === null);
  });
}

function example(
  agreement: AgreementState,
  { command, ...candidate }: AvailableCommand,
  today: Day,
): Command {
  const { office: officeId, onBehalfOf } = candidate;
  const acting = {
    commandId: '',
    recordedBy: { userId: '', officeId },
    businessDay: today,
    givenAt: 0,
    requestId: '',
    evidenceId: 'letter',
    ...(onBehalfOf !== undefined && { onBehalfOf }),
  };
  return COMMANDS[command].example(acting, candidate, agreement);
}
