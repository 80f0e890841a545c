/** Other dates: who is asked again for them, and how an MoU and its PKS stay in agreement. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anAgreement } from '../../support/agreements.ts';
import { anApi } from '../../support/api.ts';
import type { Api, Reply } from '../../support/api.ts';
import { offices } from '../../support/cast.ts';
import {
  anMouBody,
  aPksBody,
  recordedAndRunning,
  proposed,
} from '../../support/agreements-over-http.ts';
import { aLock } from '../../support/locks.ts';

const TODAY = '2024-01-08';
const [JUNE, SEPTEMBER, DECEMBER] = ['2024-06-30', '2024-09-30', '2024-12-31'];

let api: Api;
beforeAll(async () => {
  api = await anApi(TODAY);
});
afterAll(() => api.stop());

const until = (end: string, more: object = {}) => ({
  office: offices.mitraLabour,
  term: { start: TODAY, end },
  reason: 'Anggaran berubah',
  ...more,
});

/** An MoU until December and a PKS below it until June, whose texts are on their way. */
async function aFamily() {
  const legal = await api.as('legal-mitra');
  const term = { start: TODAY, end: DECEMBER };
  const above = await legal.post('/agreements', anMouBody({ term, proposer: offices.mitraLegal }));
  const mou = above.body.id as string;
  const below = { parent: mou, term: { start: TODAY, end: JUNE } };
  const { id: pks } = await proposed(api, below);
  return {
    mou,
    pks,
    shorten: (end: string) =>
      legal.post(`/agreements/${mou}/dates`, { ...until(end), office: offices.mitraLegal }),
  };
}

function expectRefusal({ status, body }: Reply, code: string, detail: RegExp) {
  expect({ status, code: body.code }).toEqual({ status: 422, code });
  expect(body.errors).toEqual([{ field: 'term', message: body.detail }]);
  expect(body.detail).toMatch(detail);
}

describe('a text that three parties review', () => {
  test('is cleared again under other dates by the one that had cleared it, who gets a mail', async () => {
    const { id, at } = await proposed(api, {
      parties: [
        { office: offices.mitraLabour, side: 'government' },
        { office: offices.mitraSocial, side: 'government' },
        { office: offices.tondano, side: 'bpjs' },
      ],
    });
    const [legal, labour, officer, social] = [
      await api.as('legal-mitra'),
      await api.as('proposer-mitra'),
      await api.as('officer-tondano'),
      await api.as('social-mitra'),
    ];
    await labour.post(`${at}/submissions`);
    await labour.post(`${at}/submissions`);
    const cleared = await officer.post(`${at}/submissions`);

    const redated = await legal.post(`${at}/dates`, until(SEPTEMBER));
    const mails = await api.rows(
      `select offices from outbox where agreement_id = $1 and template = 'your-turn'
       and created_at > (select recorded_at from audit_event
         where agreement_id = $1 order by seq desc offset 1 limit 1)`,
      [id],
    );
    const others = await social.post(`${at}/submissions`);
    const again = await officer.post(`${at}/submissions`);

    const desksOf = ({ body }: Reply) => body.desks.map((desk: { id: string }) => desk.id);
    expect(desksOf(cleared)).toEqual([offices.mitraSocial]);
    expect(desksOf(redated)).toEqual([offices.mitraSocial, offices.tondano]);
    expect(redated.body).toMatchObject({ stage: 'review', textVersion: 2 });
    expect(mails).toEqual([{ offices: [offices.tondano] }]);
    expect([others.body.stage, again.body.stage]).toEqual(['review', 'approval']);
  });
});

describe('an MoU shortened and its PKS extended at the same moment', () => {
  test('serve one; the other hears why, beside the field', async () => {
    const { mou, pks, shorten } = await aFamily();
    const legal = await api.as('legal-mitra');

    const [above, below] = await Promise.all([
      shorten(JUNE),
      legal.post(`/agreements/${pks}/dates`, until(SEPTEMBER)),
    ]);

    const read = await Promise.all([mou, pks].map((id) => legal.get(`/agreements/${id}`)));
    const ends = read.map(({ body }) => body.term.end as string);
    if (above.status === 200) {
      expectRefusal(below, 'TermOutsideParent', /8 Januari 2024 s\.d\. 30 Juni 2024/);
      expect(ends).toEqual([JUNE, JUNE]);
    } else {
      expectRefusal(above, 'ChildrenReachBeyond', /PKS Pekerja Rentan 2024/);
      expect(ends).toEqual([DECEMBER, SEPTEMBER]);
    }
  });

  test('refuse also a PKS that is just being proposed, and the same again when it is sent again', async () => {
    const { mou, shorten } = await aFamily();
    const labour = await api.as('proposer-mitra');
    const once = { 'Idempotency-Key': 'proposed-while-the-mou-was-shortened' };
    const body = aPksBody({ parent: mou, term: { start: TODAY, end: SEPTEMBER } });
    const copy = await aLock(api.engine, 'agreement', `id = '${mou}'`);
    const shortened = shorten(JUNE);
    await copy.waitedFor;

    const refused = await labour.post('/agreements', body, once);
    await copy.letGo();

    expectRefusal(refused, 'TermOutsideParent', /30 Juni 2024/);
    expect((await shortened).body.term.end).toBe(JUNE);
    expect((await labour.post('/agreements', body, once)).body).toEqual(refused.body);
    expect(await api.rows('select from agreement where parent_id = $1', [mou])).toHaveLength(1);
  });
});

describe('an exception from the term of the MoU', () => {
  test('is told with the term that it was given for, and has to be given anew for a later end', async () => {
    const mou = await recordedAndRunning(
      api,
      anAgreement({
        on: TODAY,
        kind: 'mou',
        form: 'nota-kesepakatan',
        term: { start: TODAY, end: JUNE },
      }),
    );
    const legal = await api.as('legal-mitra');
    const { at } = await proposed(api, {
      parent: mou.id,
      term: { start: TODAY, end: SEPTEMBER },
      parentException: 'MoU baru menyusul',
    });

    const shorter = await legal.post(`${at}/dates`, until('2024-08-31'));
    const later = await legal.post(`${at}/dates`, until(DECEMBER));
    const again = await legal.post(
      `${at}/dates`,
      until(DECEMBER, { parentException: 'MoU baru ditunda' }),
    );

    expect(shorter.body).toMatchObject({
      term: { end: '2024-08-31' },
      parentException: {
        reason: 'MoU baru menyusul',
        term: { start: TODAY, end: SEPTEMBER },
      },
    });
    expectRefusal(later, 'TermOutsideParent', /catat alasan pengecualiannya/);
    expect(again.body).toMatchObject({
      term: { end: DECEMBER },
      parentException: { reason: 'MoU baru ditunda', term: { start: TODAY, end: DECEMBER } },
    });
  });
});
