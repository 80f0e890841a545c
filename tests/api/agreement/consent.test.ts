/** What one side asks for and the other agrees to, as both sides hear and read it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import { anMouBody, inSigning, proposed, signed } from '../../support/agreements-over-http.ts';

const TODAY = '2024-01-08';
const office = offices.mitraLabour;
const evidence = { number: '12/ADD/2024', date: TODAY };

let api: Api;
beforeAll(async () => {
  api = await anApi(TODAY);
});
afterAll(() => api.stop());

const people = async () => ({
  legal: await api.as('legal-mitra'),
  proposer: await api.as('proposer-mitra'),
  officer: await api.as('officer-tondano'),
  head: await api.as('head-tondano'),
  foreign: await api.as('head-manado'),
  foreignLegal: await api.as('legal-minahasa'),
});

const redating = (end: string) => ({
  office,
  term: { start: TODAY, end },
  reason: 'Anggaran tersedia sampai Juni',
  evidence,
});

describe('other dates of what both have signed', () => {
  test('wait for the branch head, are shown to both sides, and hold from the consent on', async () => {
    const { legal, head } = await people();
    const { id, at } = await signed(api, TODAY);

    const asked = await legal.post(`${at}/dates`, redating('2025-06-30'));
    const seen = await head.get(at);
    const confirmed = await head.post(`${at}/confirmations`, { change: asked.body.pending.id });
    const timeline = await legal.get(`${at}/timeline`);

    expect(asked.body.term).toEqual({ start: TODAY, end: '2024-12-31' });
    expect(seen.body.pending).toMatchObject({
      change: 'changeDates',
      party: { id: office },
      awaits: [{ id: offices.tondano }],
      reason: 'Anggaran tersedia sampai Juni',
      evidence: { number: '12/ADD/2024' },
      term: { start: TODAY, end: '2025-06-30' },
    });
    expect(confirmed.body).toMatchObject({
      term: { start: TODAY, end: '2025-06-30' },
      pending: null,
    });
    expect(
      timeline.body.items
        .slice(0, 2)
        .map(({ events }: { events: { kind: string }[] }) => events.map(({ kind }) => kind)),
    ).toEqual([['change-confirmed', 'dates-changed'], ['change-asked']]);
    expect(
      await api.rows(
        `select distinct template from outbox where agreement_id = $1
         and template in ('change-asked', 'dates-changed') order by 1`,
        [id],
      ),
    ).toEqual([{ template: 'change-asked' }, { template: 'dates-changed' }]);
  });

  test('are nobody’s to confirm but the other side’s head', async () => {
    const { legal, proposer, officer, foreign, foreignLegal } = await people();
    const { at } = await signed(api, TODAY);
    const { body } = await legal.post(`${at}/dates`, redating('2025-06-30'));
    const confirming = { change: body.pending.id };

    const replies = [
      await proposer.post(`${at}/confirmations`, confirming),
      await officer.post(`${at}/confirmations`, confirming),
      await foreign.post(`${at}/confirmations`, confirming),
      await foreignLegal.post(`${at}/confirmations`, confirming),
    ];

    expect(replies.map(({ status }) => status)).toEqual([403, 403, 404, 404]);
    expect((await legal.get(at)).body.pending).toMatchObject({ awaits: [{ id: offices.tondano }] });
  });

  test('are declined by the other side, and taken back by the own', async () => {
    const { legal, head } = await people();
    const { at } = await signed(api, TODAY);

    const first = await legal.post(`${at}/dates`, redating('2025-06-30'));
    const declined = await head.post(`${at}/rejections`, {
      change: first.body.pending.id,
      reason: 'Belum dibahas',
    });
    const second = await legal.post(`${at}/dates`, redating('2025-03-31'));
    const takenBack = await legal.post(`${at}/rejections`, {
      office,
      change: second.body.pending.id,
      reason: 'Keliru tahun',
    });

    expect([declined, takenBack].map(({ status, body }) => [status, body.pending])).toEqual([
      [200, null],
      [200, null],
    ]);
    expect(takenBack.body.term.end).toBe('2024-12-31');
  });

  test('beyond the MoU are refused when they are asked for, and again when they are confirmed', async () => {
    const { legal, head } = await people();
    const above = await legal.post(
      '/agreements',
      anMouBody({ term: { start: TODAY, end: '2025-12-31' }, proposer: offices.mitraLegal }),
    );
    const { at } = await signed(api, TODAY, { parent: above.body.id });

    const beyond = await legal.post(`${at}/dates`, redating('2026-06-30'));
    const within = await legal.post(`${at}/dates`, redating('2025-12-31'));
    await legal.post(`/agreements/${above.body.id}/dates`, {
      office: offices.mitraLegal,
      term: { start: TODAY, end: '2025-10-31' },
      reason: 'Diperpendek',
    });
    const tooLate = await head.post(`${at}/confirmations`, { change: within.body.pending.id });

    expect([beyond.body.code, tooLate.body.code]).toEqual([
      'TermOutsideParent',
      'TermOutsideParent',
    ]);
    expect(await api.rows('select from term_reservation')).toEqual([]);
    expect((await legal.get(at)).body).toMatchObject({
      term: { end: '2024-12-31' },
      pending: { change: 'changeDates' },
    });
  });
});

describe('an end', () => {
  test('that was agreed for a later day is listed by that day, and is not to be renewed', async () => {
    const { legal, head } = await people();
    const { id, at } = await signed(api, TODAY);

    const asked = await legal.post(`${at}/terminations`, {
      office,
      evidence,
      reason: 'agreed-by-parties',
      lastDay: '2024-06-30',
    });
    const agreed = await head.post(`${at}/confirmations`, { change: asked.body.pending.id });
    const list = await legal.get('/agreements?endsUntil=2024-06-30');
    const milestones = await legal.get(`${at}/milestones`);

    expect(asked.body).toMatchObject({ stage: 'active', ending: null });
    expect(agreed.body).toMatchObject({
      stage: 'active',
      daysLeft: 174,
      ending: { reason: 'terminated', lawful: 'agreed-by-parties', lastDay: '2024-06-30' },
    });
    expect(agreed.body.possible.map(({ command }: { command: string }) => command)).not.toContain(
      'renew',
    );
    expect(list.body.items.map((each: { id: string }) => each.id)).toContain(id);
    expect(milestones.body.items).toEqual([
      {
        source: 'agreement',
        kind: 'ending',
        stage: null,
        day: '2024-07-01',
        daysBeforeEnd: 183,
        state: 'planned',
      },
    ]);
  });

  test('by law is recorded by one side, at once, and told to the other', async () => {
    const { legal } = await people();
    const { id, at } = await signed(api, TODAY);

    const ended = await legal.post(`${at}/terminations`, {
      office,
      evidence,
      reason: 'change-of-law',
      lastDay: TODAY,
    });

    expect(ended.body).toMatchObject({ stage: 'ended', ending: { lawful: 'change-of-law' } });
    expect(
      await api.rows(
        `select offices from outbox where agreement_id = $1 and template = 'terminated'`,
        [id],
      ),
    ).toEqual([{ offices: [office, offices.tondano] }]);
  });
});

describe('what was typed', () => {
  test('wrongly as a number is corrected, and the number is free again', async () => {
    const { proposer } = await people();
    const { at } = await inSigning(api);
    const other = await inSigning(api);
    const number = (text: string) => ({ party: office, number: text, dated: TODAY });
    await proposer.post(`${at}/numbers`, number('560/1/I-2024'));

    const corrected = await proposer.post(`${at}/number-corrections`, {
      party: office,
      correct: { number: '560/7/I-2024', dated: TODAY },
      reason: 'Salah ketik',
    });
    const freed = await proposer.post(`${other.at}/numbers`, number('560/1/I-2024'));
    const taken = await proposer.post(`${other.at}/number-corrections`, {
      party: office,
      correct: { number: '560 / 7 / I-2024', dated: TODAY },
      reason: 'Salah ketik',
    });
    const found = await proposer.get('/agreements?q=560/7/I');
    const removed = await proposer.post(`${at}/number-corrections`, {
      party: office,
      correct: null,
      reason: 'Nomor untuk naskah lain',
    });
    const again = await proposer.post(`${other.at}/number-corrections`, {
      party: office,
      correct: { number: '560/7/I-2024', dated: TODAY },
      reason: 'Salah ketik',
    });

    expect(corrected.body.parties[0].number).toEqual({ number: '560/7/I-2024', dated: TODAY });
    expect(freed.status).toBe(200);
    expect(taken.body.code).toBe('NumberTaken');
    expect(found.body.items.map((each: { id: string }) => each.id)).toEqual([corrected.body.id]);
    expect(removed.body.parties[0].number).toBeNull();
    expect(again.body.parties[0].number).toEqual({ number: '560/7/I-2024', dated: TODAY });
  });

  test('with the right digits and the wrong day keeps the number', async () => {
    const { proposer } = await people();
    const { id, at } = await inSigning(api);
    await proposer.post(`${at}/numbers`, { party: office, number: '561/2/I-2024', dated: TODAY });

    const corrected = await proposer.post(`${at}/number-corrections`, {
      party: office,
      correct: { number: '561/2/I-2024', dated: '2023-12-29' },
      oldPaper: true,
      reason: 'Tanggal keliru',
    });

    expect(corrected.body.parties[0].number).toEqual({
      number: '561/2/I-2024',
      dated: '2023-12-29',
    });
    expect(
      await api.rows(
        'select year, dated::text as dated from number_reservation where agreement_id = $1',
        [id],
      ),
    ).toEqual([{ year: 2023, dated: '2023-12-29' }]);
  });

  test('wrongly as a signature is corrected by its side, and in force with the other’s consent', async () => {
    const { proposer, legal, head } = await people();
    const { id, at } = await signed(api, TODAY);
    const correcting = {
      party: office,
      correct: { actedBy: holders.labourHeadMitra, signedOn: '2024-01-05' },
      oldPaper: true,
      reason: 'Salah hari',
    };

    const foreign = await head.post(`${at}/signature-corrections`, correcting);
    const asked = await proposer.post(`${at}/signature-corrections`, correcting);
    const agreed = await head.post(`${at}/confirmations`, { change: asked.body.pending.id });

    expect(foreign.body.code).toBe('NotAnOutsideParty');
    expect(asked.body.parties[0].signature.signedOn).toBe(TODAY);
    expect(asked.body.pending).toMatchObject({
      change: 'correctSignature',
      signature: { party: { id: office }, signedOn: '2024-01-05' },
    });
    expect(agreed.body.parties[0].signature).toMatchObject({
      signedOn: '2024-01-05',
      recordedBy: { userId: 'proposer-mitra' },
    });
    expect(
      await api.rows(
        `select signed_on::text as day from signature_reservation
         where agreement_id = $1 and party_id = $2`,
        [id, office],
      ),
    ).toEqual([{ day: '2024-01-05' }]);
    expect((await legal.get(at)).body.stage).toBe('active');
  });

  test('wrongly as a title is found by the right one', async () => {
    const { proposer } = await people();
    const { id, at } = await proposed(api, { title: 'PKS Nelyan Belang' });

    const corrected = await proposer.post(`${at}/title-corrections`, {
      title: 'PKS Nelayan Belang',
      reason: 'Salah ketik',
    });
    const [right, wrong] = [
      await proposer.get('/agreements?q=nelayan belang'),
      await proposer.get('/agreements?q=nelyan belang'),
    ];

    expect(corrected.body.title).toBe('PKS Nelayan Belang');
    expect(right.body.items.map((each: { id: string }) => each.id)).toEqual([id]);
    expect(wrong.body.items).toEqual([]);
  });
});
