/** What people write into their requests: proposals, and the step that the page offers them. */
import type { z } from 'zod';
import type { Agreement } from '../api/agreement/answers.ts';
import type { NewAgreement } from '../api/agreement/contract.ts';
import { addDays, earlier, later } from '../domain/shared/day.ts';
import type { Day, Term } from '../domain/shared/day.ts';
import { holders, offices } from '../tests/support/cast.ts';
import type { PersonName } from '../tests/support/cast.ts';
import type { Chance } from './chance.ts';

/** An agreement as the API shows it. */
export type AgreementView = z.output<typeof Agreement>;

/** A step that the page offers. */
export type Step = AgreementView['possible'][number];

/** People of one government and its branch, and the offices that they make agreements for. */
export type Team = {
  people: readonly PersonName[];
  proposer: PersonName;
  region: string;
  government: string;
  legal: string;
  labour: string;
  branch: string;
  /** Who signs for a party on a day. */
  signatory: (party: string, kind: 'mou' | 'pks', day: Day) => string;
};

const MITRA_REGENT_FROM = '2025-02-20';

export const TEAMS: readonly Team[] = [
  {
    people: [
      'proposer-mitra',
      'legal-mitra',
      'approver-mitra',
      'desk-mitra',
      'officer-tondano',
      'head-tondano',
    ],
    proposer: 'proposer-mitra',
    region: '71.07',
    government: offices.mitra,
    legal: offices.mitraLegal,
    labour: offices.mitraLabour,
    branch: offices.tondano,
    signatory: (party, kind, day) => {
      if (party === offices.tondano) return holders.headTondano;
      if (party === offices.mitraLabour && kind === 'pks') return holders.labourHeadMitra;
      return day < MITRA_REGENT_FROM ? holders.actingRegentMitra : holders.regentMitra;
    },
  },
  {
    people: [
      'proposer-minahasa',
      'legal-minahasa',
      'approver-minahasa',
      'desk-minahasa',
      'officer-manado',
      'head-manado',
    ],
    proposer: 'proposer-minahasa',
    region: '71.02',
    government: offices.minahasa,
    legal: offices.minahasaLegal,
    labour: offices.minahasaLabour,
    branch: offices.manado,
    signatory: (party, kind) => {
      if (party === offices.manado) return holders.headManado;
      if (party === offices.minahasaLabour && kind === 'pks') return holders.labourHeadMinahasa;
      return holders.regentMinahasa;
    },
  },
];

/** The umbrella that a PKS is put under. */
export type Umbrella = { id: string; term: Term };

/** A proposal: an MoU, or a PKS of two or three parties, perhaps under an MoU. */
export function aProposal(
  chance: Chance,
  team: Team,
  today: Day,
  umbrella: Umbrella | undefined,
): z.input<typeof NewAgreement> {
  const kind = !umbrella && chance.happens(0.25) ? 'mou' : 'pks';
  const outside = chance.happens(0.2);
  const party = kind === 'mou' ? team.government : team.labour;
  const approvals = [
    { id: 'hukum', offices: [team.legal] },
    { id: 'pimpinan', offices: [team.legal, team.labour], after: ['hukum'] },
  ];
  return {
    kind,
    alongside: true,
    title: `${kind.toUpperCase()} badai ${chance.between(1, 999_999)}`,
    form: kind === 'mou' ? 'nota-kesepakatan' : 'perjanjian-kerja-sama',
    legalBasis: 'ksdpk',
    term: aTerm(chance, today, umbrella?.term, kind),
    region: team.region,
    proposer: team.labour,
    proposingParty: party,
    parties: [
      { office: party, side: 'government' },
      { office: team.branch, side: 'bpjs' },
      ...(outside ? [{ outside: 'Bank Contoh', side: 'other' as const }] : []),
    ],
    approvals: approvals.slice(
      0,
      chance.weighted([
        [0, 3],
        [1, 6],
        [2, 1],
      ]),
    ),
    ...(umbrella && { parent: umbrella.id }),
  };
}

/** What the request of a step says, and where it goes. */
export function aStep(
  chance: Chance,
  team: Team,
  view: AgreementView,
  step: Step,
): { path: string; body: object } {
  const { today, term } = view;
  const office = step.office.id;
  const at = `/agreements/${view.id}`;
  const letter = { number: `SRT-${chance.between(1, 9_999)}`, date: today };
  const acting = {
    office,
    ...(step.onBehalfOf && { onBehalfOf: step.onBehalfOf.id, evidence: letter }),
  };
  const party = step.party?.id ?? '';
  const outsider = step.party?.outside === true;
  switch (step.command) {
    case 'submit':
      return { path: `${at}/submissions`, body: acting };
    case 'return':
      return { path: `${at}/returns`, body: { ...acting, reason: 'Pasal 4 belum lengkap' } };
    case 'passTurn':
      return { path: `${at}/turns`, body: { ...acting, to: anotherDesk(chance, view) } };
    case 'approve':
      return { path: `${at}/approvals`, body: { office, step: step.step } };
    case 'recordNumber':
      return {
        path: `${at}/numbers`,
        body: {
          office,
          party,
          number: aNumber(chance),
          dated: today,
          ...(outsider && { evidence: letter }),
        },
      };
    case 'sign':
      return {
        path: `${at}/signatures`,
        body: {
          office,
          party,
          // Now and then a day that has not come: the rules refuse it.
          signedOn: chance.happens(0.05) ? addDays(today, 3) : earlier(today, term.end),
          ...(outsider
            ? { outsideSigner: 'Direktur Contoh', evidence: letter }
            : { actedBy: team.signatory(party, view.kind, today) }),
        },
      };
    case 'correctTitle':
      return {
        path: `${at}/title-corrections`,
        body: { office, title: `Judul betul ${chance.between(1, 999_999)}`, reason: 'Salah ketik' },
      };
    case 'correctNumber':
      return {
        path: `${at}/number-corrections`,
        body: {
          office,
          party,
          correct: { number: aNumber(chance), dated: today },
          reason: 'Salah ketik',
          ...(outsider && { evidence: letter }),
        },
      };
    case 'correctSignature':
      return {
        path: `${at}/signature-corrections`,
        body: {
          office,
          party,
          correct: {
            signedOn: earlier(today, term.end),
            ...(outsider
              ? { outsideSigner: 'Direktur Contoh' }
              : { actedBy: team.signatory(party, view.kind, today) }),
          },
          reason: 'Salah hari',
          ...(outsider && { evidence: letter }),
        },
      };
    case 'confirmChange':
      return { path: `${at}/confirmations`, body: { office, change: view.pending?.id ?? '' } };
    case 'declineChange':
      return {
        path: `${at}/rejections`,
        body: { office, change: view.pending?.id ?? '', reason: 'Belum disepakati' },
      };
    case 'continue':
      return { path: `${at}/continuations`, body: { office, reason: 'Tidak jadi diakhiri' } };
    case 'changeDates':
      return {
        path: `${at}/dates`,
        body: {
          office,
          term: { start: term.start, end: addDays(later(term.end, today), chance.between(1, 40)) },
          reason: 'Disepakati kedua pihak',
          evidence: letter,
        },
      };
    case 'withdraw':
      return { path: `${at}/withdrawals`, body: { office, reason: 'Tidak dilanjutkan' } };
    case 'terminate':
      return {
        path: `${at}/terminations`,
        body: {
          office,
          evidence: letter,
          reason: chance.oneOf(['agreed-by-parties', 'change-of-law']),
          // Sometimes on a day to come.
          lastDay: later(
            term.start,
            earlier(chance.happens(0.4) ? addDays(today, 5) : today, term.end),
          ),
        },
      };
    case 'renew':
      return {
        path: `${at}/renewals`,
        body: { office, term: nextTerm(chance, term), parent: null, alongside: true },
      };
  }
}

function aTerm(chance: Chance, today: Day, within: Term | undefined, kind: 'mou' | 'pks'): Term {
  const start = addDays(today, chance.between(-20, 12));
  const length = kind === 'mou' ? chance.between(150, 400) : chance.between(30, 110);
  const term = { start, end: addDays(start, length) };
  if (!within) return term;
  const begin = later(start, within.start);
  return { start: begin, end: later(begin, earlier(term.end, within.end)) };
}

function nextTerm(chance: Chance, { end }: Term): Term {
  const start = addDays(end, 1);
  return { start, end: addDays(start, chance.between(30, 110)) };
}

// Few enough that two agreements want the same one every now and then.
function aNumber(chance: Chance): string {
  return `400.10.4/${chance.between(1, 150)}/KS`;
}

function anotherDesk(
  chance: Chance,
  { parties, proposer, desks, approvals }: AgreementView,
): string {
  const all = [...parties.map(({ id }) => id), proposer.id, ...approvals.flatMap(officeIds)];
  const others = all.filter((id) => !desks.some((desk) => desk.id === id));
  return others.length > 0 ? chance.oneOf(others) : proposer.id;
}

function officeIds({ offices: of }: AgreementView['approvals'][number]): string[] {
  return of.map(({ id }) => id);
}
