/**
 * A hundred agreements for each government, in all stages: one MoU and 99 PKS below it, half of
 * them ended in the years before. States are made by the rules where these have a say, and set
 * where years of commands would otherwise have to be played.
 */
import type { AgreementState, Signature, Stage } from '../../domain/agreement/agreement.ts';
import { begin, propose } from '../../domain/agreement/proposal.ts';
import type { Proposal } from '../../domain/agreement/proposal.ts';
import type { AgreementEvent } from '../../domain/agreement/transition.ts';
import type { ReminderPolicy } from '../../domain/calendar/reminder-policy.ts';
import { addDays, openingOf, yearOf } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { milestonesAhead } from '../../domain/milestones.ts';
import { dueAt } from '../../domain/shared/plan.ts';
import type { Milestone } from '../../domain/shared/plan.ts';
import type { Government } from './offices.ts';
import { idOf } from './rows.ts';

/** An agreement with what is stored around it. */
export type Stored = {
  state: AgreementState;
  title: string;
  area: string[];
  submittingOffices: string[];
  numbers: { reservationId: string; noteId: string; party: string; number: string; dated: Day }[];
  told: { at: Day; events: AgreementEvent[] }[];
  plan: (Milestone & { dueAt: number })[];
};

/** How many agreements each government has. */
const EACH = 100;

const SUBJECTS = [
  'Pelindungan Pekerja Rentan',
  'Jaminan Sosial Perangkat Desa',
  'Jaminan Sosial Pegawai Non-ASN',
  'Pelindungan Nelayan dan Petani',
  'Pelindungan Pekerja Keagamaan',
];

const OPEN_STAGES: Stage[] = ['proposal', 'drafting', 'review', 'approval', 'signing'];

/** The agreements of a government as they stand on this day. */
export function* agreementsOf(
  government: Government,
  { today, policy }: { today: Day; policy: ReminderPolicy },
): Generator<Stored> {
  for (let at = 0; at < EACH; at += 1) {
    const { stage, year } = placeOf(at, yearOf(today));
    const state = { ...begun(government, at, year), ...asIn(stage, government, at, year) };
    const inForce = stage === 'active' || stage === 'ended';
    yield {
      state,
      title: titleOf(government, at, year),
      area: [government.region.code],
      submittingOffices: submittingOf(government, at),
      numbers: state.parties.flatMap(({ id, number }, party) =>
        number
          ? [
              {
                ...number,
                party: id,
                number: `${at + 1}.${party + 1}/${government.region.code}/${year}`,
              },
            ]
          : [],
      ),
      told: toldOf(state),
      plan: inForce && stage !== 'ended' ? planned(state, policy) : [],
    };
  }
}

// Half have ended, three in ten are in force, the others are on their way.
function placeOf(at: number, thisYear: number): { stage: Stage; year: number } {
  if (at === 0) return { stage: 'active', year: thisYear };
  if (at % 10 < 5) return { stage: 'ended', year: thisYear - 5 + (at % 5) };
  if (at % 10 < 8) return { stage: 'active', year: thisYear };
  return { stage: OPEN_STAGES[at % OPEN_STAGES.length] ?? 'proposal', year: thisYear + 1 };
}

function titleOf({ region }: Government, at: number, year: number): string {
  if (at === 0) return `Nota Kesepahaman Jaminan Sosial Ketenagakerjaan ${region.name}`;
  return `PKS ${SUBJECTS[at % SUBJECTS.length]} ${region.name} ${year} nomor ${at}`;
}

// Every fifth agreement lets ten villages submit lists.
function submittingOf({ villages }: Government, at: number): string[] {
  return at % 5 === 1 ? villages.slice(0, 10) : [];
}

function begun(government: Government, at: number, year: number): AgreementState {
  const { region, root, legal, partners, branch } = government;
  const isMou = at === 0;
  const partner = isMou ? root : (partners[at % partners.length] ?? root);
  const day = addDays(`${year}-01-01`, -60);
  const proposal: Proposal = {
    id: agreementId(government, at),
    kind: isMou ? 'mou' : 'pks',
    form: isMou ? 'nota-kesepahaman' : 'perjanjian-kerja-sama',
    legalBasis: 'ksdpk',
    titleNoteId: idOf(`title/${region.code}/${at}`),
    region: region.code,
    zone: region.zone,
    proposer: partner,
    proposingParty: partner,
    term: isMou
      ? { start: `${year - 2}-01-01`, end: `${year + 2}-12-31` }
      : { start: `${year}-01-01`, end: addDays(`${year}-12-31`, -(at % 60)) },
    parent: null,
    renewalOf: null,
    parties: [
      { id: partner, side: 'government', outside: false },
      { id: branch, side: 'bpjs', outside: false },
    ],
    approvals: [{ id: 'hukum', offices: [legal], after: [] }],
    rulesVersion: 1,
    clockOffset: 0,
    created: {
      commandId: idOf(`created/${region.code}/${at}`),
      recordedBy: { userId: userOf(government), officeId: partner },
      businessDay: day,
      givenAt: openingOf(day, region.zone, 9),
      requestId: `req-${idOf(`request/${region.code}/${at}`)}`,
    },
  };
  const { state } = begin(propose(proposal));
  const renews = at % 10 === 5;
  return {
    ...state,
    parent: isMou ? null : { id: agreementId(government, 0), exception: null },
    renewalOf: renews ? agreementId(government, at - 1) : null,
  };
}

function asIn(
  stage: Stage,
  { legal, branch, ...government }: Government,
  at: number,
  year: number,
): Partial<AgreementState> {
  const partner = at === 0 ? government.root : (government.partners[at % 3] ?? government.root);
  const since = addDays(`${year}-01-01`, -30);
  const by = { userId: userOf(government), officeId: partner };
  const person = { kind: 'user', id: by.userId } as const;
  const text = { version: 1, since, handedInBy: { desk: partner, person }, writers: [by.userId] };
  const stands = (desks: string[], version: number) => ({
    stage,
    stageSince: since,
    turn: { desks, since },
    text,
    version,
    revision: version,
  });
  if (stage === 'proposal') return {};
  if (stage === 'drafting') return stands([partner], 2);
  if (stage === 'review') return stands([branch], 3);
  if (stage === 'approval') return stands([legal], 4);

  const approval = { textVersion: 1, actedBy: person, recordedBy: by, on: since, evidenceId: null };
  const signature: Signature = {
    actedBy: person,
    recordedBy: by,
    signedOn: since,
    recordedAt: openingOf(since, government.region.zone, 9),
    evidenceId: null,
  };
  const signed = (party: string, side: 'government' | 'bpjs', has: boolean) => ({
    id: party,
    side,
    outside: false,
    number: has
      ? {
          reservationId: idOf(`number/${government.region.code}/${at}/${side}`),
          noteId: idOf(`number-note/${government.region.code}/${at}/${side}`),
          dated: since,
        }
      : null,
    signature: has ? signature : null,
  });
  const whole = stage !== 'signing';
  return {
    ...stands(whole ? [] : [branch], whole ? 9 : 7),
    approvals: [{ id: 'hukum', offices: [legal], after: [], approval }],
    parties: [signed(partner, 'government', true), signed(branch, 'bpjs', whole)],
    ...(stage === 'ended' && {
      ending: {
        reason: 'expired',
        lawful: null,
        lastDay: addDays(`${year}-12-31`, -(at % 60)),
        supersededBy: null,
      },
    }),
  };
}

function toldOf({ stage, stageSince, created, parties, turn }: AgreementState): Stored['told'] {
  const told: Stored['told'] = [
    { at: created.businessDay, events: [{ kind: 'created', renewalOf: null }] },
  ];
  if (stage !== 'proposal') {
    told.push({ at: stageSince, events: [{ kind: 'stage-reached', stage }] });
  }
  const [first] = parties;
  if (first?.number) {
    const { dated } = first.number;
    told.push({
      at: stageSince,
      events: [{ kind: 'numbered', party: first.id, dated, evidence: null }],
    });
  }
  if (stage === 'ended') {
    told.push({ at: turn.since, events: [{ kind: 'expired', missed: [], renewal: 'none' }] });
  }
  return told;
}

function planned(state: AgreementState, policy: ReminderPolicy): Stored['plan'] {
  return milestonesAhead(state, { policy }).map((each) => ({
    ...each,
    dueAt: dueAt(each, state),
  }));
}

function agreementId({ region }: Pick<Government, 'region'>, at: number): string {
  return idOf(`agreement/${region.code}/${at}`);
}

// The account of the office that proposes; `offices.ts` makes it.
function userOf({ region }: Pick<Government, 'region'>): string {
  return idOf(`naker@k${region.code.replace('.', '')}.example`);
}
