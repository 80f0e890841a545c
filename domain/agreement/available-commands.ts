/**
 * What can be done next, and by whom: the same rules, asked with an example of each command.
 * Pages make their buttons of it and refusals name it as what is possible instead.
 */
import { desksOf, isEnded, participantsOf } from './agreement.ts';
import type { AgreementState, Person, Stage } from './agreement.ts';
import type { DeskId, OfficeId } from '../shared/ids.ts';
import { readySteps } from './approval.ts';
import { refusalOf } from './command.ts';
import type { Command, CommandType } from './command.ts';
import { earlier } from '../shared/day.ts';
import type { Day } from '../shared/day.ts';
import type { AgreementAction } from './permissions.ts';
import type { CommandMetadata } from '../shared/command-metadata.ts';

/** A step that could be taken now, and for which office. */
export type PossibleStep = {
  command: CommandType;
  office: OfficeId;
  /** The party outside the system whose act would be recorded. */
  onBehalfOf?: DeskId;
  party?: DeskId;
  step?: string;
};

/** The permission that each command needs. */
export const ACTION_OF: Record<CommandType, AgreementAction> = {
  submit: 'agreement.draft',
  return: 'agreement.draft',
  passTurn: 'agreement.draft',
  approve: 'agreement.approve',
  recordNumber: 'agreement.number',
  sign: 'agreement.sign',
  withdraw: 'agreement.end',
  terminate: 'agreement.end',
  changeDates: 'agreement.redate',
};

/** What whoever has the text on the desk has to do in each stage, by the permission it needs. */
export const TURN_ACTION = {
  proposal: 'agreement.draft',
  drafting: 'agreement.draft',
  review: 'agreement.draft',
  approval: 'agreement.approve',
  signing: 'agreement.sign',
  active: null,
  ended: null,
} as const satisfies Record<Stage, AgreementAction | null>;

/** Whoever may approve, number or sign may also send the text back from there. */
const ALSO_RETURN: readonly AgreementAction[] = ['agreement.approve', 'agreement.sign'];

/** The permissions of which one suffices for a command. */
export function actionsFor(command: CommandType): readonly AgreementAction[] {
  return command === 'return' ? [ACTION_OF.return, ...ALSO_RETURN] : [ACTION_OF[command]];
}

/** Every step that somebody acting for one of these offices could take today. */
export function availableCommands(
  agreement: AgreementState,
  officesFor: (action: AgreementAction) => readonly OfficeId[],
  today: Day,
): PossibleStep[] {
  if (isEnded(agreement)) return [];
  const concerned = candidates(agreement).filter(({ command, office }) =>
    actionsFor(command).some((action) => officesFor(action).includes(office)),
  );
  return concerned.filter(
    (candidate) => refusalOf(agreement, example(agreement, candidate, today)) === null,
  );
}

function candidates(agreement: AgreementState): PossibleStep[] {
  const { parties, approvals } = agreement;
  const outside = parties.filter((party) => party.outside).map(({ id }) => id);
  const participants = participantsOf(agreement);
  const approving = approvals.flatMap(({ offices }) => offices);
  const offices = [...new Set([...participants, ...approving])];

  const desks: Pick<PossibleStep, 'office' | 'onBehalfOf'>[] = [
    ...offices.map((office) => ({ office })),
    ...outside.flatMap((onBehalfOf) => participants.map((office) => ({ office, onBehalfOf }))),
  ];
  const signers = parties.flatMap(({ id, ...party }) =>
    party.outside
      ? participants.map((office) => ({ office, party: id }))
      : [{ office: id, party: id }],
  );
  return [
    ...(['submit', 'return', 'passTurn'] as const).flatMap((command) =>
      desks.map((desk) => ({ command, ...desk })),
    ),
    ...readySteps(agreement).flatMap((step) =>
      step.offices.map((office) => ({ command: 'approve' as const, office, step: step.id })),
    ),
    ...(['recordNumber', 'sign'] as const).flatMap((command) =>
      signers.map((signer) => ({ command, ...signer })),
    ),
    ...(['changeDates', 'withdraw', 'terminate'] as const).flatMap((command) =>
      participants.map((office) => ({ command, office })),
    ),
  ];
}

// The plainest command of its kind that would be right if the step is possible at all.
function example(agreement: AgreementState, step: PossibleStep, today: Day): Command {
  const { command: type, office, onBehalfOf, party = '' } = step;
  const given: CommandMetadata = {
    commandId: '',
    recordedBy: { userId: '', officeId: office },
    businessDay: today,
    givenAt: 0,
    requestId: '',
  };
  const acting = { ...given, evidenceId: 'letter', ...(onBehalfOf && { onBehalfOf }) };
  const somebody: Person = { kind: 'holder', id: '' };
  const elsewhere = desksOf(agreement).find((desk) => !agreement.turn.desks.includes(desk)) ?? '';
  const { created, term } = agreement;
  switch (type) {
    case 'submit':
      return { ...acting, type };
    case 'return':
      return { ...acting, type, reasonNoteId: '' };
    case 'passTurn':
      return { ...acting, type, to: elsewhere };
    case 'approve':
      return { ...acting, type, step: step.step ?? '', actedBy: somebody };
    case 'recordNumber':
      return { ...acting, type, party, numberNoteId: '', dated: today };
    case 'sign':
      return {
        ...acting,
        type,
        party,
        actedBy: somebody,
        signedOn: earlier(created.businessDay, term.end),
      };
    case 'withdraw':
      return { ...given, type, reasonNoteId: '' };
    case 'terminate':
      return { ...acting, type, reason: 'agreed-by-parties', lastDay: earlier(today, term.end) };
    case 'changeDates':
      return { ...acting, type, term, reasonNoteId: '' };
  }
}
