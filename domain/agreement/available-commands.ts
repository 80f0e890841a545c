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
import type { OfficeId, UserId } from '../shared/ids.ts';

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

/** The offices for which a caller acts, by permission. */
type OfficesFor = (action: AgreementAction) => readonly OfficeId[];

/** The commands for which a second account is needed once one has done its part. */
export const DIVIDED_COMMANDS = ['approve', 'sign'] as const satisfies readonly CommandType[];
type DividedCommand = (typeof DIVIDED_COMMANDS)[number];

/**
 * What this account could do today, and the commands that its offices could give and it could not, because it
 * wrote the text or recorded every other signature: a colleague gives them.
 */
export function commandsFor(
  userId: UserId,
  agreement: AgreementState,
  officesFor: OfficesFor,
  today: Day,
): { possible: AvailableCommand[]; leftToColleagues: DividedCommand[] } {
  const ofOffices = availableCommands(agreement, officesFor, today);
  if (!hasRecorded(agreement, userId)) return { possible: ofOffices, leftToColleagues: [] };
  const possible = availableCommands(agreement, officesFor, today, userId);
  const isAmong = (commands: AvailableCommand[], type: DividedCommand) =>
    commands.some(({ command }) => command === type);
  const leftToColleagues = DIVIDED_COMMANDS.filter(
    (type) => isAmong(ofOffices, type) && !isAmong(possible, type),
  );
  return { possible, leftToColleagues };
}

/** Every command that some account acting for one of these offices could give today, or this one. */
export function availableCommands(
  agreement: AgreementState,
  officesFor: OfficesFor,
  today: Day,
  userId: UserId = '',
): AvailableCommand[] {
  if (isEnded(agreement)) return [];
  return COMMAND_TYPES.flatMap((command) => {
    const { permissions, candidates } = COMMANDS[command];
    const permitted = new Set(permissions.flatMap((action) => officesFor(action)));
    return candidates(agreement)
      .filter(({ office }) => permitted.has(office))
      .map((candidate) => ({ command, ...candidate }))
      .filter((each) => refusalOf(agreement, example(agreement, each, { today, userId })) === null);
  });
}

function hasRecorded({ text, parties }: AgreementState, userId: UserId): boolean {
  const signers = parties.flatMap(({ signature }) => signature?.recordedBy.userId ?? []);
  return [...text.writers, ...signers].includes(userId);
}

function example(
  agreement: AgreementState,
  { command, ...candidate }: AvailableCommand,
  { today, userId }: { today: Day; userId: UserId },
): Command {
  const { office: officeId, onBehalfOf } = candidate;
  const acting = {
    commandId: '',
    recordedBy: { userId, officeId },
    businessDay: today,
    givenAt: 0,
    requestId: '',
    evidenceId: 'letter',
    ...(onBehalfOf !== undefined && { onBehalfOf }),
  };
  return COMMANDS[command].example(acting, candidate, agreement);
}
