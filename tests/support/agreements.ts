/** Agreements and commands for tests, built from what matters in the test. */
import { randomUUID } from 'node:crypto';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { decide, refusalOf } from '../../domain/agreement/decide.ts';
import type { Command } from '../../domain/agreement/command.ts';
import { openingOf } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { begin, propose } from '../../domain/agreement/proposal.ts';
import type { Proposal } from '../../domain/agreement/proposal.ts';
import { holders, offices } from './cast.ts';
import type { CommandMetadata, Recorder } from '../../domain/shared/command-metadata.ts';

/** The law, one OPD and one branch: the plainest PKS there is. */
export function aProposal(only: Partial<Proposal> & { on?: Day } = {}): Proposal {
  const { on = '2024-01-08', ...rest } = only;
  return {
    id: randomUUID(),
    kind: 'pks',
    form: 'perjanjian-kerja-sama',
    legalBasis: 'ksdpk',
    titleNoteId: randomUUID(),
    region: '71.07',
    zone: 'Asia/Makassar',
    proposer: offices.mitraLabour,
    proposingParty: offices.mitraLabour,
    term: { start: '2024-02-01', end: '2024-12-31' },
    parent: null,
    renewalOf: null,
    parties: [
      { id: offices.mitraLabour, side: 'government', outside: false },
      { id: offices.tondano, side: 'bpjs', outside: false },
    ],
    approvals: [{ id: 'hukum', offices: [offices.mitraLegal], after: [] }],
    rulesVersion: 1,
    clockOffset: 0,
    created: given(on),
    ...rest,
  };
}

/** An agreement that has just been recorded for the first time. */
export function anAgreement(only: Parameters<typeof aProposal>[0] = {}): AgreementState {
  return begin(propose(aProposal(only))).state;
}

/** What every command carries. */
export function given(on: Day, by: Partial<Recorder> = {}): CommandMetadata {
  return {
    commandId: randomUUID(),
    recordedBy: { userId: 'proposer-mitra', officeId: offices.mitraLabour, ...by },
    businessDay: on,
    givenAt: openingOf(on, 'Asia/Makassar', 9),
    requestId: `req-${randomUUID()}`,
  };
}

type Content<Type extends Command['type']> = Omit<
  Extract<Command, { type: Type }>,
  keyof CommandMetadata | 'type'
>;

/** A command of a person for an office on a day. */
export function command<Type extends Command['type']>(
  type: Type,
  on: Day,
  by: { officeId: string; userId?: string },
  ...[content]: Partial<Content<Type>> extends Content<Type> ? [Content<Type>?] : [Content<Type>]
): Extract<Command, { type: Type }> {
  const userId = by.userId ?? 'somebody';
  return { ...given(on, { ...by, userId }), ...content, type } as Extract<Command, { type: Type }>;
}

/** The plainest way through a PKS, step by step, as commands on these days. */
export function theWayToSigning(on: Day): Command[] {
  return [
    command('submit', on, { officeId: offices.mitraLabour }),
    command('submit', on, { officeId: offices.mitraLabour }),
    command('submit', on, { officeId: offices.tondano }),
    command(
      'approve',
      on,
      { officeId: offices.mitraLegal, userId: 'legal-mitra' },
      { step: 'hukum' },
    ),
  ];
}

/** Both signatures. */
export function bothSign(on: Day): Command[] {
  return [
    command('sign', on, by.proposer, {
      party: offices.mitraLabour,
      actedBy: { kind: 'holder', id: holders.labourHeadMitra },
      signedOn: on,
    }),
    command('sign', on, by.branch, {
      party: offices.tondano,
      actedBy: { kind: 'holder', id: holders.headTondano },
      signedOn: on,
    }),
  ];
}

/** What one side asks for and the other agrees to on the same day. */
export function agreed(asked: Command, other: { officeId: string; userId: string } = by.branch) {
  const { commandId: change, businessDay } = asked;
  return [asked, command('confirmChange', businessDay, other, { change })];
}

/** The agreement after these commands, decided by the rules alone. */
export function after(agreement: AgreementState, commands: Command[]): AgreementState {
  return commands.reduce((current, each) => decide(current, each).state, agreement);
}

/** An agreement in force since its start day. */
export function anActiveAgreement(only: Parameters<typeof aProposal>[0] = {}): AgreementState {
  const agreement = anAgreement(only);
  const { start } = agreement.term;
  return after(agreement, [...theWayToSigning(agreement.created.businessDay), ...bothSign(start)]);
}

/** An agreement at this stage, with the text where the plainest way leaves it. */
export function anAgreementAt(
  stage: 'drafting' | 'review' | 'approval' | 'signing',
  only: Parameters<typeof aProposal>[0] = {},
): AgreementState {
  const agreement = anAgreement(only);
  const steps = ['drafting', 'review', 'approval', 'signing'].indexOf(stage) + 1;
  return after(agreement, theWayToSigning(agreement.created.businessDay).slice(0, steps));
}

/** A party that has no accounts here: a bank that pays for its neighbours. */
export const OUTSIDER = 'ba40ba40-0000-4000-8000-000000000001';

/** Three parties, the third of them outside. */
export const THREE_PARTIES: Proposal['parties'] = [
  { id: offices.mitraLabour, side: 'government', outside: false },
  { id: offices.tondano, side: 'bpjs', outside: false },
  { id: OUTSIDER, side: 'other', outside: true },
];

/** Those who act most often, as recorders. */
export const by = {
  proposer: { officeId: offices.mitraLabour, userId: 'proposer-mitra' },
  branch: { officeId: offices.tondano, userId: 'officer-tondano' },
  legal: { officeId: offices.mitraLegal, userId: 'legal-mitra' },
  social: { officeId: offices.mitraSocial, userId: 'social-mitra' },
  stranger: { officeId: offices.manado, userId: 'officer-manado' },
} as const;

/** The rule that stands against a command, or null when it is accepted. */
export function refusal(agreement: AgreementState, refused: Command) {
  return refusalOf(agreement, refused);
}
