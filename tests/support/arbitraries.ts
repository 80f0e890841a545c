/** What property tests draw from: days, and commands as people might give them. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { desksOf } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { COMMAND_TYPES } from '../../domain/agreement/command.ts';
import type { Command, CommandType } from '../../domain/agreement/command.ts';
import { addDays } from '../../domain/shared/day.ts';
import { LAWFUL_ENDINGS } from '../../domain/agreement/legal-basis.ts';
import type { AvailableCommand } from '../../domain/agreement/available-commands.ts';
import { offices } from './cast.ts';
import type { CommandMetadata } from '../../domain/shared/command-metadata.ts';

/** How many sequences a property looks at: enough for every day; `npm run bench -- properties` takes more. */
export const SEQUENCES = Number(process.env['SEQUENCES'] ?? 500);

/** A day of our time. */
export function aDay(from = '2018-01-01', to = '2035-12-31'): fc.Arbitrary<string> {
  const [min, max] = [from, to].map((day) => new Date(`${day}T00:00:00Z`)) as [Date, Date];
  return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
}

const TYPES: readonly CommandType[] = COMMAND_TYPES;

/**
 * A command made of drawn numbers, for a step that is possible or for one that may well not be.
 * Whatever the step leaves open is drawn; with nothing drawn it is the plainest of its kind.
 */
export function commandFrom(
  agreement: AgreementState,
  day: string,
  drawn: readonly number[],
  step?: AvailableCommand,
): Command {
  const rest = [...drawn];
  const one = <T>(from: readonly T[]): T => from[(rest.shift() ?? 0) % from.length] as T;
  const { parties, approvals, term, turn, created, pending } = agreement;
  const desks = desksOf(agreement);
  const type = step?.command ?? one(TYPES);
  const office = step?.office ?? one([...desks, offices.manado]);
  const onBehalfOf = step ? step.onBehalfOf : one([undefined, ...desks]);
  const party = step?.party ?? one([...parties.map(({ id }) => id), offices.manado]);
  const given: CommandMetadata & { evidenceId: string } = {
    commandId: randomUUID(),
    recordedBy: { userId: `user-${one([1, 2, 3])}`, officeId: office },
    businessDay: day,
    givenAt: 0,
    requestId: 'request',
    evidenceId: 'letter',
  };
  const acting = { ...given, ...(onBehalfOf !== undefined && { onBehalfOf }) };
  // Never who may have handed the text in, when the step is to be accepted.
  const actedBy = { kind: 'holder', id: `holder-${one([1, 2])}` } as const;
  const [first, last] = [created.businessDay, term.end < day ? term.end : day];
  const signedOn = one([first < last ? first : last, last]);
  switch (type) {
    case 'submit':
      return { ...acting, type };
    case 'return':
      return { ...acting, type, reasonNoteId: 'why' };
    case 'passTurn':
      return { ...acting, type, to: one(desks.filter((desk) => !turn.desks.includes(desk))) ?? '' };
    case 'approve':
      return { ...given, type, actedBy, step: step?.step ?? one(approvals.map(({ id }) => id)) };
    case 'recordNumber': {
      const dated = one([day, addDays(day, -3)]);
      return { ...given, type, party, numberNoteId: 'number', dated, oldPaper: true };
    }
    case 'sign':
      return { ...given, type, party, actedBy, signedOn, oldPaper: true };
    case 'confirmChange':
      return { ...given, type, change: pending?.id ?? '' };
    case 'declineChange':
      return { ...given, type, change: pending?.id ?? '', reasonNoteId: 'why' };
    case 'correctTitle':
      return { ...given, type, titleNoteId: `title-${one([1, 2])}`, reasonNoteId: 'why' };
    case 'correctNumber': {
      const number = one([{ noteId: 'corrected', dated: day }, null]);
      return { ...given, type, party, number, oldPaper: true, reasonNoteId: 'why' };
    }
    case 'correctSignature': {
      const signature = one([{ actedBy, signedOn }, null]);
      return { ...given, type, party, signature, oldPaper: true, reasonNoteId: 'why' };
    }
    case 'continue':
      return { ...given, type, reasonNoteId: 'why' };
    case 'withdraw':
      return { ...given, type, reasonNoteId: 'why' };
    case 'terminate': {
      const reasons = LAWFUL_ENDINGS.slice(0, 5).filter(({ byLaw }) => byLaw || !pending);
      const reason = one(reasons).code;
      return { ...given, type, reason, lastDay: one([last, addDays(last, 20)]) };
    }
    case 'changeDates': {
      const end = addDays(term.end, one([0, 10, 40]));
      const start =
        agreement.stage === 'active' ? term.start : addDays(term.start, one([0, -5, 5]));
      return { ...given, type, term: { start, end }, asMeant: true, reasonNoteId: 'why' };
    }
  }
}
