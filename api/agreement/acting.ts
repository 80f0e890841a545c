/** For which office a caller acts: the one that was named, or the only one that could be meant. */
import { officesConcerned } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { OfficeId } from '../../domain/shared/ids.ts';
import { availableCommands } from '../../domain/agreement/available-commands.ts';
import type { AvailableCommand } from '../../domain/agreement/available-commands.ts';
import { COMMANDS } from '../../domain/agreement/command.ts';
import type { CommandType } from '../../domain/agreement/command.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Action } from '../../domain/permissions.ts';
import type { Reach, Reading } from '../../prisma/connect.ts';
import { Refused } from '../http/problems.ts';

/** The offices the caller reaches, by permission. PostgreSQL knows; nothing is decided twice. */
export type Scopes = (action: Action) => readonly OfficeId[];

/** The permissions for everything that can be done to agreements. */
const COMMAND_ACTIONS = [
  ...new Set(Object.values(COMMANDS).flatMap(({ permissions }) => permissions)),
  'agreement.renew',
];

/** The caller's offices among those that see an agreement, for everything that can be done to it. */
export async function scopesIn(tx: Reading, agreement: AgreementState): Promise<Scopes> {
  const [row] = await tx.$queryRaw<{ scopes: Partial<Record<Action, OfficeId[]>> }[]>`
    select actor_scopes_among(${COMMAND_ACTIONS}::text[], ${officesConcerned(agreement)}::uuid[]
      || array(select office_id from submitting_office where agreement_id = ${agreement.id}::uuid))
      as scopes`;
  const scopes = row?.scopes ?? {};
  return (action) => scopes[action] ?? [];
}

/** Offices by the marks through which they are reached: what `reached_by` answers. */
export type Reached = Record<string, OfficeId[]>;

/** The marks of everything that can be done to agreements and stands beside them. */
export function marksIn(reach: Reach): string[] {
  const marks = [...COMMAND_ACTIONS, 'holder.write'].flatMap((action) => reach[action] ?? []);
  return [...new Set(marks)];
}

/** For each permission, the offices of a page that the caller reaches with it. */
export function scopesOf(reach: Reach, reached: Reached): Scopes {
  return (action) => [...new Set((reach[action] ?? []).flatMap((mark) => reached[mark] ?? []))];
}

/** What a command says of whom it is for. */
export type ActingFor = {
  office?: OfficeId | undefined;
  onBehalfOf?: string | undefined;
  party?: string | undefined;
  step?: string | undefined;
};

/**
 * The office for which this command is given. Named, it must be one of the caller's; left out, it
 * is the one for which the command is possible now, and when there are several the caller is
 * asked. When none would be possible, any of the caller's offices will do to hear why.
 */
export function officeFor(
  command: CommandType,
  agreement: AgreementState,
  { office, onBehalfOf, party, step }: ActingFor,
  { scopes, today }: { scopes: Scopes; today: Day },
): OfficeId {
  const reach = [...new Set(COMMANDS[command].permissions.flatMap((action) => scopes(action)))];
  if (office !== undefined) {
    if (!reach.includes(office)) throw new Refused('OfficeNotYours', { office });
    return office;
  }
  const matches = (possible: AvailableCommand) =>
    possible.command === command &&
    possible.onBehalfOf === onBehalfOf &&
    (party === undefined || possible.party === party) &&
    (step === undefined || possible.step === step);
  const candidates = [
    ...new Set(
      availableCommands(agreement, scopes, today)
        .filter(matches)
        .map((possible) => possible.office),
    ),
  ];
  if (candidates.length > 1) {
    throw new Refused('OfficeUnclear', { offices: candidates });
  }
  const chosen = candidates[0] ?? reach[0];
  if (chosen === undefined) throw new Refused('OfficeNotYours', {});
  return chosen;
}
