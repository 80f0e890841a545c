/**
 * Puts the examples of the description in their place: in this installation, to these offices, on agreements that
 * are where the example belongs. Whoever tries a strange API would look the ids up likewise. Everything is made
 * anew for each role, as the one before has done what it liked with its own.
 */
import {
  approveAgreement,
  changeDates,
  confirmChange,
  createAgreement,
  getAgreement,
  recordNumber,
  signAgreement,
  submitAgreement,
  terminateAgreement,
} from '../../api/agreement/contract.ts';
import type { NewAgreement } from '../../api/agreement/contract.ts';
import { getClock } from '../../api/clock/contract.ts';
import { SAMPLES } from '../../api/http/samples.ts';
import { listMails } from '../../api/mail/contract.ts';
import {
  addMembership,
  appointHolder,
  createUser,
  listHolders,
  listOffices,
} from '../../api/office/contract.ts';
import type { z } from 'zod';
import { addDays } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Browser } from '../../demo/browser.ts';
import { eventually } from '../support/eventually.ts';
import { REFUSED_ADDRESS } from './place.ts';
import type { Place } from './place.ts';

/** For one operation: the id in its path, and what of its example's body is otherwise here. */
export type Example = { id?: string; body?: Record<string, unknown> };

export type Examples = { byOperation: Record<string, Example>; samples: Record<string, string> };

/** The roles that try the API, by the accounts of the demonstration. The last may close accounts. */
export const ROLES = {
  'a legal officer': 'hukum@mitra.example',
  'a branch head': 'kepala@tondano.example',
  'an administrator': 'admin@mapalus.localhost',
} as const;

/** Who works beside them. */
type People = Record<'administrator' | 'legal' | 'signingDesk' | 'officer' | 'head', Browser>;

type Offices = { government: string; legal: string; labour: string; branch: string };

/** Opens what the examples need once. Answers what makes examples for a role. */
export async function openExamples(
  place: Place,
): Promise<(email: string, otherSession: string) => Promise<Examples>> {
  const people: People = {
    administrator: await place.browserOf(ROLES['an administrator']),
    legal: await place.browserOf(ROLES['a legal officer']),
    signingDesk: await place.browserOf('prokopim@mitra.example'),
    officer: await place.browserOf('petugas@tondano.example'),
    head: await place.browserOf(ROLES['a branch head']),
  };
  const offices = await officesHere(people.administrator);
  // Somebody who hears of the agreements below, under an address that no mail reaches.
  await people.administrator.ask(createUser, {
    body: {
      name: 'Tertolak Contoh',
      email: REFUSED_ADDRESS,
      memberships: [{ office: offices.government, role: 'signing-desk' }],
    },
  });
  const openHandover = await handover(people, offices);
  let round = 0;
  return (email, otherSession) =>
    examplesFor({ people, offices, openHandover, email, otherSession, round: (round += 1) });
}

type Ask = {
  people: People;
  offices: Offices;
  openHandover: string;
  email: string;
  otherSession: string;
  round: number;
};

async function examplesFor({
  people,
  offices,
  openHandover,
  email,
  otherSession,
  round,
}: Ask): Promise<Examples> {
  const { today } = await people.administrator.ask(getClock);
  const isHead = email === ROLES['a branch head'];
  const party = isHead ? offices.branch : offices.government;
  const sign = await signatories(people.administrator, offices, today);
  const byOperation =
    email === ROLES['an administrator']
      ? await ofAdministrators(people, offices, today)
      : await ofAgreements({ people, offices, today, sign, round, party });
  return {
    byOperation: {
      ...byOperation,
      endSession: { id: otherSession },
      completeHandover: { id: openHandover },
      ...(await mailsHere(people.legal)),
    },
    samples: {
      [SAMPLES.government]: offices.government,
      [SAMPLES.office]: offices.legal,
      [SAMPLES.branch]: offices.branch,
      [SAMPLES.party]: party,
      [SAMPLES.holder]: isHead ? sign.branch : sign.government,
    },
  };
}

/** `party`: for which of both the role speaks. */
type Round = Omit<Making, 'title'> & { round: number; party: string };

async function ofAgreements({ round, party, ...rest }: Round): Promise<Record<string, Example>> {
  const { people, today, offices } = rest;
  let made = 0;
  const at = (stage: Stage) =>
    agreementAt(stage, { ...rest, title: `Contoh ${round}.${(made += 1)} (contoh)` });
  // What the legal division asks for, the branch may agree to.
  const asked = async (): Promise<Example> => {
    const id = await at('in force');
    const office = offices.government;
    const evidence = { number: 'CONTOH-2', date: today };
    const term = { start: today, end: '2026-11-30' };
    const body = { office, evidence, term, reason: 'Contoh.' };
    const { pending } = await people.legal.ask(changeDates, { params: { id }, body });
    return { id, body: { office: party, change: pending?.id } };
  };
  const proposal = await at('proposal');
  return {
    createAgreement: { body: { alongside: true } },
    getAgreement: { id: proposal },
    getTimeline: { id: proposal },
    getMilestones: { id: proposal },
    correctTitle: { id: proposal },
    submitAgreement: { id: await at('proposal') },
    changeDates: { id: await at('proposal') },
    passTurn: { id: await at('drafting'), body: { to: offices.government } },
    withdrawAgreement: { id: await at('drafting') },
    returnAgreement: { id: await at('review') },
    approveAgreement: { id: await at('approval') },
    recordNumber: { id: await at('signing'), body: { dated: today } },
    correctNumber: {
      id: await at('numbered'),
      body: { correct: { number: `Contoh ${round}.${made}`, dated: today } },
    },
    signAgreement: { id: await at('numbered'), body: { signedOn: today } },
    correctSignature: { id: await at('half signed'), body: { correct: null } },
    terminateAgreement: { id: await at('in force'), body: { office: party, lastDay: today } },
    renewAgreement: { id: await at('in force'), body: { alongside: true } },
    confirmChange: await asked(),
    declineChange: await asked(),
    keepInForce: {
      id: await endingLater(await at('in force'), people, { today, office: offices.government }),
      body: { office: party },
    },
  };
}

// An end on a later day, to which both sides have agreed.
async function endingLater(
  id: string,
  { legal, head }: People,
  { today, office }: { today: Day; office: string },
): Promise<string> {
  const params = { id };
  const evidence = { number: 'CONTOH-1', date: today };
  const reason = 'agreed-by-parties';
  const body = { office, evidence, reason, lastDay: addDays(today, 30) } as const;
  const { pending } = await legal.ask(terminateAgreement, { params, body });
  if (pending) await head.ask(confirmChange, { params, body: { change: pending.id } });
  return id;
}

async function ofAdministrators(
  people: People,
  offices: Offices,
  today: Day,
): Promise<Record<string, Example>> {
  const account = (name: string) => accountOf(people, offices, name);
  const holder = await people.administrator.ask(appointHolder, {
    body: {
      office: offices.labour,
      personName: 'Contoh Plh',
      position: 'Sekretaris',
      capacity: 'plh',
      from: today,
      signs: [],
      decree: { number: 'SK-CONTOH', date: today },
      alongside: true,
    },
  });
  return {
    updateOffice: { id: offices.labour },
    relieveHolder: { id: holder.id },
    addMembership: { id: (await account('berperan')).id },
    endMembership: { id: (await account('berakhir')).memberships[0]?.id ?? '' },
    correctEmail: { id: (await account('beralamat')).id },
    resetPassword: { id: (await account('lupa')).id },
    closeAccount: { id: (await account('tutup')).id },
  };
}

/** Where an agreement stands that is made for an example; `numbered`: in signing, with its numbers. */
type Stage =
  | 'proposal'
  | 'drafting'
  | 'review'
  | 'approval'
  | 'signing'
  | 'numbered'
  | 'half signed'
  | 'in force';

type Making = {
  people: People;
  offices: Offices;
  today: Day;
  sign: { government: string; branch: string };
  title: string;
};

async function agreementAt(
  stage: Stage,
  { people: { legal, signingDesk, officer, head }, offices, today, sign, title }: Making,
): Promise<string> {
  const body: z.input<typeof NewAgreement> = {
    kind: 'mou',
    form: 'kesepakatan-bersama',
    legalBasis: 'ksdpk',
    title,
    term: { start: today, end: '2026-12-31' },
    region: '71.07',
    proposer: offices.legal,
    proposingParty: offices.government,
    parties: [
      { office: offices.government, side: 'government' },
      { office: offices.branch, side: 'bpjs' },
    ],
    approvals: [{ id: 'kepala-cabang', offices: [offices.branch] }],
    alongside: true,
  };
  const { id } = await legal.ask(createAgreement, { body });
  const params = { id };
  const number = (party: string) => ({ party, number: title, dated: today });
  const steps: [Stage, () => Promise<unknown>][] = [
    ['drafting', () => legal.ask(submitAgreement, { params, body: {} })],
    ['review', () => legal.ask(submitAgreement, { params, body: {} })],
    ['approval', () => officer.ask(submitAgreement, { params, body: {} })],
    ['signing', () => head.ask(approveAgreement, { params, body: { step: 'kepala-cabang' } })],
    [
      'numbered',
      async () => {
        await legal.ask(recordNumber, { params, body: number(offices.government) });
        await officer.ask(recordNumber, { params, body: number(offices.branch) });
      },
    ],
    [
      'half signed',
      () =>
        head.ask(signAgreement, {
          params,
          body: { party: offices.branch, actedBy: sign.branch, signedOn: today },
        }),
    ],
    [
      'in force',
      () =>
        signingDesk.ask(signAgreement, {
          params,
          body: { party: offices.government, actedBy: sign.government, signedOn: today },
        }),
    ],
  ];
  const last = steps.findIndex(([name]) => name === stage);
  for (const [, step] of steps.slice(0, last + 1)) await step();
  return id;
}

async function officesHere(administrator: Browser): Promise<Offices> {
  const { items } = await administrator.ask(listOffices, { query: { limit: 100 } });
  const named = (kind: string, name = /./) => {
    const found = items.find((each) => each.kind === kind && name.test(each.name));
    if (!found) throw new Error(`the demonstration has left no ${kind}`);
    return found.id;
  };
  return {
    government: named('government'),
    legal: named('setda-division'),
    labour: named('opd', /Tenaga Kerja/),
    branch: named('bpjs-branch'),
  };
}

async function signatories(
  administrator: Browser,
  { government, branch }: Offices,
  today: Day,
): Promise<{ government: string; branch: string }> {
  const of = async (signsFor: string) => {
    const { items } = await administrator.ask(listHolders, {
      query: { signsFor, on: today, limit: 100 },
    });
    const found = items.find(
      ({ signs, office }) => signs.includes('mou') && office.id === signsFor,
    );
    if (!found) throw new Error('nobody signs for a party of the demonstration');
    return found.id;
  };
  return { government: await of(government), branch: await of(branch) };
}

async function accountOf(
  { administrator }: People,
  { labour }: Offices,
  name: string,
): Promise<{ id: string; memberships: { id: string }[] }> {
  const { id } = await administrator.ask(createUser, {
    body: {
      name: `Contoh ${name}`,
      email: `${name}@mitra.example`,
      memberships: [{ office: labour, role: 'proposer' }],
    },
  });
  return administrator.ask(addMembership, {
    params: { id },
    body: { office: labour, role: 'inspector' },
  });
}

// A mail that the server has refused, to be sent again.
async function mailsHere(legal: Browser): Promise<Record<string, Example>> {
  const id = await eventually(
    async () => {
      const { items } = await legal.ask(listMails, { query: { state: 'failed' } });
      return items[0]?.id;
    },
    { waitingFor: 'a mail that the server refuses' },
  );
  return { getMail: { id }, sendMailAgain: { id } };
}

// Whoever signs for the government leaves, and hands over what is open to the next.
async function handover(people: People, offices: Offices): Promise<string> {
  const { administrator, legal } = people;
  const { today } = await administrator.ask(getClock);
  const sign = await signatories(administrator, offices, today);
  const title = 'Serah terima (contoh)';
  const id = await agreementAt('proposal', { people, offices, today, sign, title });
  await administrator.ask(appointHolder, {
    body: {
      office: offices.government,
      personName: 'Contoh Bupati',
      position: 'Bupati',
      capacity: 'definitif',
      from: today,
      signs: ['mou', 'pks'],
      decree: { number: 'SK-CONTOH', date: today },
      replaces: sign.government,
    },
  });
  return eventually(
    async () => {
      const { handovers } = await legal.ask(getAgreement, { params: { id } });
      return handovers.find(({ doneOn }) => doneOn === null)?.id;
    },
    { waitingFor: 'a hand-over' },
  );
}
