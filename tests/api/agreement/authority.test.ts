/** What binds people whom row policies keep apart: umbrellas, renewals, turns. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  after,
  anActiveAgreement,
  anAgreement,
  bothSign,
  theWayToSigning,
} from '../../support/agreements.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import { anMouBody, aPksBody, recordedAndRunning } from '../../support/agreements-over-http.ts';

const TODAY = '2024-01-08';

let api: Api;
beforeAll(async () => {
  api = await anApi(TODAY);
});
afterAll(() => api.stop());

describe('an MoU of the regent', () => {
  const anMou = {
    kind: 'mou' as const,
    form: 'nota-kesepakatan' as const,
    proposer: offices.mitraLegal,
    proposingParty: offices.mitra,
    term: { start: TODAY, end: '2024-12-31' },
    parties: [
      { id: offices.mitra, side: 'government' as const, outside: false },
      { id: offices.tondano, side: 'bpjs' as const, outside: false },
    ],
    approvals: [],
  };

  test('can be read by whoever drafts for an office of the same government', async () => {
    const mou = await (await api.as('legal-mitra')).post('/agreements', anMouBody());
    const labour = await api.as('proposer-mitra');

    const pks = await labour.post('/agreements', aPksBody({ parent: mou.body.id }));
    const elsewhere = await (await api.as('proposer-minahasa')).get(`/agreements/${mou.body.id}`);
    const otherBranch = await (await api.as('head-manado')).get(`/agreements/${mou.body.id}`);

    expect(pks.body.parent).toMatchObject({ id: mou.body.id });
    expect(elsewhere.status).toBe(404);
    expect(otherBranch.status).toBe(404);
  });

  test('is renewed by those who take part in it, not by everybody who may read it', async () => {
    const term = { start: '2023-02-01', end: '2024-12-31' };
    const inForce = { stage: 'active' as const, stageSince: '2023-02-01' };
    const mou = await recordedAndRunning(api, {
      ...anAgreement({ ...anMou, on: '2023-01-09', term }),
      ...inForce,
    });
    const labour = await api.as('proposer-mitra');
    const renewing = {
      office: offices.mitraLabour,
      term: { start: '2025-01-01', end: '2025-12-31' },
    };

    const read = await labour.get(mou.at);
    const reply = await labour.post(`${mou.at}/renewals`, renewing);

    expect(read.status).toBe(200);
    expect(reply.body).toMatchObject({ status: 422, code: 'NotAParty' });
  });

  test('that was given up carries no signature, unless the exception is recorded', async () => {
    const mou = await recordedAndRunning(api, anAgreement({ ...anMou, on: TODAY }));
    const parent = { id: mou.id, exception: null };
    const pks = await recordedAndRunning(api, {
      ...after(anAgreement({ on: TODAY, term: anMou.term }), theWayToSigning(TODAY)),
      parent,
    });
    const [legal, labour] = [await api.as('legal-mitra'), await api.as('proposer-mitra')];
    const withdrawn = await legal.post(`${mou.at}/withdrawals`, {
      office: offices.mitraLegal,
      reason: 'Ditunda',
    });
    const signing = {
      party: offices.mitraLabour,
      actedBy: holders.labourHeadMitra,
      signedOn: TODAY,
    };

    const refused = await labour.post(`${pks.at}/signatures`, signing);
    await legal.post(`${pks.at}/dates`, {
      office: offices.mitraLabour,
      term: anMou.term,
      reason: 'MoU dicabut',
      parentException: 'MoU baru sedang disiapkan',
    });
    await (await api.as('approver-mitra')).post(`${pks.at}/approvals`, { step: 'hukum' });
    const signed = await labour.post(`${pks.at}/signatures`, signing);

    expect(withdrawn.body.stage).toBe('ended');
    expect(refused.body).toMatchObject({ status: 422, code: 'ParentUnsuitable' });
    expect(signed.status).toBe(200);
  });

  test('binds the dates of a PKS also where the branch cannot see it', async () => {
    const umbrella = {
      ...anMou,
      on: TODAY,
      parties: [
        { id: offices.mitra, side: 'government' as const, outside: false },
        { id: offices.bpjsSuluttenggomalut, side: 'bpjs' as const, outside: false },
      ],
    };
    const mou = await recordedAndRunning(api, anAgreement(umbrella));
    const parent = { id: mou.id, exception: null };
    const term = { start: TODAY, end: '2024-12-31' };
    const pks = await recordedAndRunning(api, { ...anAgreement({ on: TODAY, term }), parent });
    const head = await api.as('head-tondano');

    const reply = await head.post(`${pks.at}/dates`, {
      office: offices.tondano,
      term: { start: TODAY, end: '2025-12-31' },
      reason: 'Dua tahun anggaran',
    });

    expect((await head.get(mou.at)).status).toBe(404);
    expect(reply.body).toMatchObject({ status: 422, code: 'TermOutsideParent' });
  });
});

describe('a renewal that ended before its first day', () => {
  test('leaves its predecessor free to be renewed again, and its reminders silent about it', async () => {
    const term = { start: TODAY, end: '2024-06-30' };
    const first = await recordedAndRunning(api, anActiveAgreement({ on: TODAY, term }));
    const [labour, legal] = [await api.as('proposer-mitra'), await api.as('legal-mitra')];
    const next = { term: { start: '2024-07-01', end: '2024-12-31' } };
    const renewal = await labour.post(`${first.at}/renewals`, next);
    const at = `/agreements/${renewal.body.id}`;
    await signByAll(at);

    const ended = await legal.post(`${at}/terminations`, {
      office: offices.mitraLabour,
      reason: 'change-of-law',
      lastDay: TODAY,
      evidence: { number: '9/2024', date: TODAY },
    });
    await api.engine.until(first.id, '2024-04-01');
    const reminders = await labour.get(`/outbox?agreement=${first.id}&template=reminder`);
    const { body: reminder } = await labour.get(`/outbox/${reminders.body.items[0].id}`);
    const again = await labour.post(`${first.at}/renewals`, next);
    const before = await labour.get(first.at);

    expect(ended.body.ending).toMatchObject({ reason: 'terminated', lastDay: null });
    expect(reminder.text).toMatch(/belum ada perpanjangan|Mulai perpanjangan/i);
    expect(reminder.text).not.toContain(renewal.body.id);
    expect(again.status).toBe(201);
    expect(before.body.renewedBy).toMatchObject({ id: again.body.id });
  });

  async function signByAll(at: string): Promise<void> {
    const id = at.replace('/agreements/', '');
    for (const told of [...theWayToSigning(TODAY), ...bothSign(TODAY)]) {
      await api.engine.say(id, told);
    }
  }
});

describe('“my turn”', () => {
  test('lists what one may do, and nothing that only others on the same desk may', async () => {
    const proposal = await recordedAndRunning(
      api,
      anAgreement({
        on: TODAY,
        kind: 'mou',
        form: 'nota-kesepakatan',
        proposer: offices.mitra,
        proposingParty: offices.mitra,
        parties: [
          { id: offices.mitra, side: 'government', outside: false },
          { id: offices.tondano, side: 'bpjs', outside: false },
        ],
      }),
    );
    const mineOf = async (person: 'desk-mitra' | 'legal-mitra') => {
      const { body } = await (await api.as(person)).get('/agreements?mine=true&limit=100');
      return (body.items as { id: string }[]).map(({ id }) => id);
    };

    expect(await mineOf('legal-mitra')).toContain(proposal.id);
    expect(await mineOf('desk-mitra')).not.toContain(proposal.id);
  });
});
