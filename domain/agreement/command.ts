/**
 * Everything people may do to an agreement, one row a command: the rule that decides it, the permission
 * that it needs, and how to find out whether it is possible. Routes, workflow and pages take it up by its
 * name.
 */
import { desksOf, participantsOf } from './agreement.ts';
import type { AgreementState, Person, Stage } from './agreement.ts';
import { approve, readySteps } from './approval.ts';
import type { Approve } from './approval.ts';
import { passTurn, returnText, submit, withdraw } from './drafting.ts';
import type { PassTurn, Return, Submit, Withdraw } from './drafting.ts';
import { changeCarriedOutBy, confirmChange, declineChange } from './confirming.ts';
import type { ConfirmChange, DeclineChange } from './confirming.ts';
import { correctNumber, correctSignature, correctTitle } from './corrections.ts';
import type { CorrectNumber, CorrectSignature, CorrectTitle } from './corrections.ts';
import { keepInForce, terminate } from './ending.ts';
import type { Continue, Terminate } from './ending.ts';
import type { AgreementAction } from './permissions.ts';
import { recordNumber, sign } from './signing.ts';
import type { RecordNumber, Sign } from './signing.ts';
import { changeDates } from './term.ts';
import type { ChangeDates } from './term.ts';
import type { Decision } from './transition.ts';
import type { Acting } from './turn.ts';
import { earlier } from '../shared/day.ts';
import type { DeskId, EvidenceId, OfficeId } from '../shared/ids.ts';

export type Command =
  | Submit
  | Return
  | PassTurn
  | Approve
  | RecordNumber
  | Sign
  | ConfirmChange
  | DeclineChange
  | ChangeDates
  | CorrectTitle
  | CorrectNumber
  | CorrectSignature
  | Withdraw
  | Terminate
  | Continue;
export type CommandType = Command['type'];

/** The command of this type. */
export type CommandOf<Type extends CommandType> = ByType[Type];
type ByType = { [Each in Command as Each['type']]: Each };

/** An office that might give a command, with what the command would be about. */
export type Candidate = {
  office: OfficeId;
  /** The party outside the system whose act would be recorded. */
  onBehalfOf?: DeskId;
  party?: DeskId;
  step?: string;
};

/** The part of an example that every command has: a candidate with a letter, today. */
type ExampleActing = Acting & { evidenceId: EvidenceId };

/** What there is to say of a command. */
type CommandRow<Given> = {
  rule: (agreement: AgreementState, command: Given) => Decision;
  /** One of these suffices; the first is the command's own. */
  permissions: readonly [AgreementAction, ...AgreementAction[]];
  /** The stages in which the desk that has the text is waited for to give this command. */
  awaitedIn?: readonly Stage[];
  /** Given where only PostgreSQL can grant what the command asks for: whether it has to, here. */
  needsReservation?: (agreement: AgreementState, command: Given) => boolean;
  /** Every office that might give it at all; the rule says which of them can. */
  candidates: (agreement: AgreementState) => Candidate[];
  /** The plainest command of its type, right if the candidate can give one at all. */
  example: (acting: ExampleActing, candidate: Candidate, agreement: AgreementState) => Given;
};
type CommandTable = { [Type in CommandType]: CommandRow<CommandOf<Type>> };

const SOMEBODY: Person = { kind: 'holder', id: '' };

const ROWS = {
  submit: {
    rule: submit,
    permissions: ['agreement.draft'],
    awaitedIn: ['proposal', 'drafting', 'review'],
    candidates: desks,
    example: (acting) => ({ ...acting, type: 'submit' }),
  },
  return: {
    rule: returnText,
    // An office that may approve or sign may also send the text back from there.
    permissions: ['agreement.draft', 'agreement.approve', 'agreement.sign'],
    candidates: desks,
    example: (acting) => ({ ...acting, type: 'return', reasonNoteId: '' }),
  },
  passTurn: {
    rule: passTurn,
    permissions: ['agreement.draft'],
    candidates: desks,
    example: (acting, _candidate, agreement) => {
      const elsewhere = desksOf(agreement).find((desk) => !agreement.turn.desks.includes(desk));
      return { ...acting, type: 'passTurn', to: elsewhere ?? '' };
    },
  },
  approve: {
    rule: approve,
    permissions: ['agreement.approve'],
    awaitedIn: ['approval'],
    candidates: approvers,
    example: (acting, { step = '' }) => ({ ...acting, type: 'approve', step, actedBy: SOMEBODY }),
  },
  recordNumber: {
    rule: recordNumber,
    permissions: ['agreement.number'],
    needsReservation: () => true,
    candidates: signers,
    example: (acting, { party = '' }) => {
      const { businessDay: dated } = acting;
      return { ...acting, type: 'recordNumber', party, numberNoteId: '', dated, oldPaper: true };
    },
  },
  sign: {
    rule: sign,
    permissions: ['agreement.sign'],
    awaitedIn: ['signing'],
    needsReservation: () => true,
    candidates: signers,
    example: (acting, { party = '' }, { term }) => {
      const signedOn = earlier(acting.businessDay, term.end);
      return { ...acting, type: 'sign', party, actedBy: SOMEBODY, signedOn, oldPaper: true };
    },
  },
  confirmChange: {
    rule: confirmChange,
    permissions: ['agreement.agree'],
    needsReservation: (agreement, command) => {
      const asked = changeCarriedOutBy(agreement, command);
      return asked !== null && reserves(agreement, asked.type, asked);
    },
    candidates: participants,
    example: (acting, _candidate, { pending }) => ({
      ...acting,
      type: 'confirmChange',
      change: pending?.id ?? '',
    }),
  },
  declineChange: {
    rule: declineChange,
    permissions: ['agreement.agree'],
    candidates: participants,
    example: (acting, _candidate, { pending }) => ({
      ...acting,
      type: 'declineChange',
      change: pending?.id ?? '',
      reasonNoteId: '',
    }),
  },
  changeDates: {
    rule: changeDates,
    permissions: ['agreement.redate'],
    // The dates of an agreement that stands alone concern no other.
    needsReservation: ({ kind, parent }) => kind === 'mou' || parent !== null,
    candidates: participants,
    example: (acting, _candidate, { term }) => ({
      ...acting,
      type: 'changeDates',
      term,
      asMeant: true,
      reasonNoteId: '',
    }),
  },
  correctTitle: {
    rule: correctTitle,
    permissions: ['agreement.draft'],
    candidates: participants,
    example: (acting) => ({ ...acting, type: 'correctTitle', titleNoteId: '', reasonNoteId: '' }),
  },
  correctNumber: {
    rule: correctNumber,
    permissions: ['agreement.number'],
    needsReservation: (_agreement, { number }) => number !== null,
    candidates: signers,
    example: (acting, { party = '' }) => {
      const number = { noteId: '', dated: acting.businessDay };
      return { ...acting, type: 'correctNumber', party, number, oldPaper: true, reasonNoteId: '' };
    },
  },
  correctSignature: {
    rule: correctSignature,
    permissions: ['agreement.sign'],
    needsReservation: (_agreement, { signature }) => signature !== null,
    candidates: signers,
    example: (acting, { party = '' }, { term }) => {
      const signature = { actedBy: SOMEBODY, signedOn: earlier(acting.businessDay, term.end) };
      const what = { party, signature, oldPaper: true, reasonNoteId: '' } as const;
      return { ...acting, type: 'correctSignature', ...what };
    },
  },
  withdraw: {
    rule: withdraw,
    permissions: ['agreement.end'],
    candidates: participants,
    example: (acting) => ({ ...acting, type: 'withdraw', reasonNoteId: '' }),
  },
  terminate: {
    rule: terminate,
    permissions: ['agreement.end'],
    candidates: participants,
    example: (acting, _candidate, { term }) => {
      const lastDay = earlier(acting.businessDay, term.end);
      // Possible also while something else waits for consent.
      return { ...acting, type: 'terminate', reason: 'change-of-law', lastDay };
    },
  },
  continue: {
    rule: keepInForce,
    permissions: ['agreement.end'],
    candidates: participants,
    example: (acting) => ({ ...acting, type: 'continue', reasonNoteId: '' }),
  },
} as const satisfies CommandTable;

/** The table of commands. A command without a row does not compile. */
export const COMMANDS: CommandTable = ROWS;

/** Whether PostgreSQL has to grant what the command asks for. */
export function reserves<Type extends CommandType>(
  agreement: AgreementState,
  type: Type,
  command: CommandOf<Type>,
): boolean {
  return COMMANDS[type].needsReservation?.(agreement, command) ?? false;
}

/** The names of all commands, in the order of the table. */
export const COMMAND_TYPES = Object.keys(COMMANDS) as CommandType[];

type Reserving<Table> = {
  [Type in keyof Table]: Table[Type] extends { needsReservation: unknown } ? Type : never;
}[keyof Table];

/** A command that asks for what only PostgreSQL can grant. */
export type ReservingCommand = CommandOf<Reserving<typeof ROWS>>;

// Each office that the text may lie with, for itself or for a party outside the system.
function desks(agreement: AgreementState): Candidate[] {
  const approving = agreement.approvals.flatMap(({ offices }) => offices);
  const offices = [...new Set([...participantsOf(agreement), ...approving])];
  const outside = agreement.parties.filter((party) => party.outside);
  return [
    ...offices.map((office) => ({ office })),
    ...outside.flatMap(({ id: onBehalfOf }) =>
      participantsOf(agreement).map((office) => ({ office, onBehalfOf })),
    ),
  ];
}

function approvers(agreement: AgreementState): Candidate[] {
  return readySteps(agreement).flatMap(({ id: step, offices }) =>
    offices.map((office) => ({ office, step })),
  );
}

// Each party for itself; for a party outside the system, everybody who takes part.
function signers(agreement: AgreementState): Candidate[] {
  return agreement.parties.flatMap(({ id: party, outside }) => {
    const offices = outside ? participantsOf(agreement) : [party];
    return offices.map((office) => ({ office, party }));
  });
}

function participants(agreement: AgreementState): Candidate[] {
  return participantsOf(agreement).map((office) => ({ office }));
}
