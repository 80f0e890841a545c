/** That no account does alone what takes two, and learns of nobody by naming offices. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import {
  aNewHead,
  aPksBody,
  inSigning,
  proposed,
  submitted,
} from '../../support/agreements-over-http.ts';
import { holders, offices } from '../../support/cast.ts';

const TODAY = '2024-01-08';
const LETTER = { number: '1/2024', date: TODAY };

let api: Api;
beforeAll(async () => {
  api = await anApi(TODAY);
});
afterAll(() => api.stop());

describe('an office that a proposal only names', () => {
  const NEIGHBOUR = offices.minahasaLabour;
  const naming = {
    submittingOffices: [NEIGHBOUR],
    approvals: [
      { id: 'hukum', offices: [offices.mitraLegal] },
      { id: 'tetangga', offices: [offices.minahasaLegal] },
    ],
  };
  const peopleOf = async (person: 'proposer-mitra' | 'legal-mitra') => {
    const caller = await api.as(person);
    const found = [NEIGHBOUR, offices.minahasaLegal].map(async (office) => {
      const { body } = await caller.get(`/office-holders?signsFor=${office}`);
      return (body.items as { personName: string }[]).map(({ personName }) => personName);
    });
    return [...new Set((await Promise.all(found)).flat())];
  };

  test('is known by it no better than before, until it has approved', async () => {
    const { id, at } = await proposed(api, naming);
    const whenNamed = await peopleOf('proposer-mitra');
    const membersMet = await api.rows(
      `select a.office_id from acquaintance a where a.office_id = any ($1::uuid[])`,
      [[NEIGHBOUR, offices.minahasaLegal, offices.minahasa]],
    );
    await submitted(api, at);
    const approver = await api.as('approver-minahasa');
    const approved = await approver.post(`${at}/approvals`, { step: 'tetangga' });
    const whenApproved = await peopleOf('proposer-mitra');

    expect(await api.rows('select id from agreement where id = $1', [id])).toHaveLength(1);
    expect(whenNamed).toEqual([]);
    expect(membersMet).toEqual([]);
    expect(approved.status).toBe(200);
    expect(whenApproved).toEqual(['Contoh Bupati Lain']);
  });
});

describe('an institution that is in the system', () => {
  const IN_SYSTEM = { status: 422, code: 'PartyInSystem' };
  const outside = (name: string, side: string) => ({ outside: name, side });
  const own = { office: offices.mitraLabour, side: 'government' };
  const branch = { office: offices.tondano, side: 'bpjs' };

  test.each([
    ['BPJS, whatever it is called', 'proposer-mitra', [own, outside('Cabang Contoh', 'bpjs')]],
    [
      'the government of the region',
      'officer-tondano',
      [outside('Pemkab Mitra', 'government'), branch],
    ],
    [
      'whoever bears the name of an office here',
      'proposer-mitra',
      [own, branch, outside('pemerintah kabupaten minahasa', 'other')],
    ],
  ] as const)('is no outside party: %s', async (_who, person, parties) => {
    const caller = await api.as(person);
    const proposer = person === 'officer-tondano' ? offices.tondano : offices.mitraLabour;
    const reply = await caller.post('/agreements', aPksBody({ parties, proposer, approvals: [] }));

    expect(reply.body).toMatchObject({ ...IN_SYSTEM, errors: [{ field: 'parties' }] });
  });

  test('is named in the refusal, and one that is not may be outside', async () => {
    const caller = await api.as('proposer-mitra');
    const bpjs = await caller.post(
      '/agreements',
      aPksBody({ parties: [own, outside('BPJS', 'bpjs')] }),
    );
    const bank = await caller.post(
      '/agreements',
      aPksBody({ parties: [own, branch, outside('Bank Contoh', 'other')] }),
    );

    expect(bpjs.body.detail).toContain('BPJS Ketenagakerjaan sudah memakai Mapalus');
    expect(bank.status).toBe(201);
  });
});

describe('whoever wrote the text', () => {
  test('approves it neither in the app nor by recording it from paper, and hears who does', async () => {
    const legal = await api.as('legal-mitra');
    const bySecretariat = { proposer: offices.mitraLegal, proposingParty: offices.mitraLabour };
    const proposal = await legal.post('/agreements', aPksBody(bySecretariat));
    const at = `/agreements/${proposal.body.id}`;
    await legal.post(`${at}/submissions`, { office: offices.mitraLegal });
    await legal.post(`${at}/submissions`, { office: offices.mitraLegal });
    await (await api.as('officer-tondano')).post(`${at}/submissions`);
    const read = await legal.get(at);
    const paper = { actedBy: holders.legalHeadMitra, evidence: LETTER };
    const onPaper = await legal.post(`${at}/approvals`, { step: 'hukum', ...paper });
    const colleague = await api.as('approver-mitra');
    const offered = await colleague.get(at);
    const approved = await colleague.post(`${at}/approvals`, { step: 'hukum', ...paper });

    expect(read.body.leftToColleagues).toEqual(['approve']);
    expect(commandsIn(read.body)).not.toContain('approve');
    expect(onPaper.body).toMatchObject({ status: 409, code: 'MakerIsChecker' });
    expect(offered.body.leftToColleagues).toEqual([]);
    expect(commandsIn(offered.body)).toContain('approve');
    expect(approved.body).toMatchObject({ stage: 'signing' });
  });

  test('is also who gave the text other dates', async () => {
    const { at } = await proposed(api);
    await submitted(api, at);
    const legal = await api.as('legal-mitra');
    const term = { start: TODAY, end: '2024-11-30' };
    const redated = await legal.post(`${at}/dates`, {
      office: offices.mitraLabour,
      term,
      reason: 'Anggaran berubah',
    });
    const approval = await legal.post(`${at}/approvals`, { step: 'hukum' });

    expect(redated.body.term).toEqual(term);
    expect(approval.body).toMatchObject({ status: 409, code: 'MakerIsChecker' });
  });
});

describe('an office holder', () => {
  test('does nothing by the account that entered the holder', async () => {
    const { at } = await inSigning(api);
    await api.rows(
      `insert into membership (id, user_id, office_id, role, from_day)
       values (gen_random_uuid(), 'admin-mitra', $1, 'proposer', '2020-01-01')`,
      [offices.mitraLabour],
    );
    const admin = await api.as('admin-mitra');
    const holder = await aNewHead(admin);
    const signature = {
      party: offices.mitraLabour,
      actedBy: holder,
      signedOn: TODAY,
    };
    const alone = await admin.post(`${at}/signatures`, signature);
    const byAnother = await (await api.as('proposer-mitra')).post(`${at}/signatures`, signature);

    expect(alone.body).toMatchObject({ status: 409, code: 'HolderEnteredByYou' });
    expect(alone.body.detail).toContain('Contoh Kadis Baru');
    expect(byAnother.status).toBe(200);
  });
});

function commandsIn({ possible }: { possible: { command: string }[] }): string[] {
  return possible.map(({ command }) => command);
}
