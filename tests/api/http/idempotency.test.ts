/** One request, one outcome: however often, however fast and however late it is sent again. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anActiveAgreement, anAgreement } from '../../support/agreements.ts';
import { anApi } from '../../support/api.ts';
import type { Api, Caller, Reply } from '../../support/api.ts';
import { holders, offices } from '../../support/cast.ts';
import { aPksBody, recordedAndRunning } from '../../support/agreements-over-http.ts';

const TODAY = '2024-01-08';

let api: Api;
let proposer: Caller;
beforeAll(async () => {
  api = await anApi(TODAY);
  proposer = await api.as('proposer-mitra');
});
afterAll(() => api.stop());

const key = () => randomUUID();
const under = (once: string) => ({ 'Idempotency-Key': once });

// The same request so often. Who hears that its outcome is still open asks again, as the answer tells it.
const atOnce = (times: number, send: () => Promise<Reply>) =>
  Promise.all(
    Array.from({ length: times }, async () => {
      let reply = await send();
      while (reply.body.code === 'Unavailable') reply = await send();
      return reply;
    }),
  );

const answersOf = (replies: Reply[]) =>
  new Set(
    replies.map(({ status, text, headers }) =>
      JSON.stringify([status, text, headers.get('etag'), headers.get('location')]),
    ),
  );

async function timelineOf(id: string): Promise<string[]> {
  const rows = await api.rows(
    `select event #>> '{events,0,kind}' as kind from audit_event
     where subject = $1 and key not like 'test/%' order by seq`,
    [`agreement/${id}`],
  );
  return rows.map(({ kind }) => kind);
}

// As if the process had died before it could keep its answer.
const forgetAnswer = (once: string) =>
  api.rows('update idempotency set status = null, response = null where key = $1', [once]);

describe('a hundred times at once', () => {
  test('a command is carried out once and answered alike', async () => {
    const { id, at } = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const once = key();

    const replies = await atOnce(100, () => proposer.post(`${at}/submissions`, {}, under(once)));

    expect(answersOf(replies).size).toBe(1);
    expect(replies[0]).toMatchObject({ status: 200, body: { stage: 'drafting', revision: 2 } });
    expect(await timelineOf(id)).toEqual(['submitted']);
  });

  test('the command that ends an agreement is answered as it was carried out', async () => {
    const { id, at } = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const legal = await api.as('legal-mitra');
    const once = key();
    const body = { reason: 'Anggaran belum tersedia' };

    const replies = await atOnce(100, () => legal.post(`${at}/withdrawals`, body, under(once)));

    expect(answersOf(replies).size).toBe(1);
    expect(replies[0]).toMatchObject({ status: 200, body: { stage: 'ended' } });
    expect(await timelineOf(id)).toEqual(['withdrawn']);
  });

  test('a proposal becomes one agreement', async () => {
    const once = key();
    const body = aPksBody({ title: 'PKS Serentak' });

    const replies = await atOnce(100, () => proposer.post('/agreements', body, under(once)));

    const made = await api.rows(`select id from agreement where title = 'PKS Serentak'`);
    const notes = await api.rows(`select id from note where text = 'PKS Serentak'`);
    expect(answersOf(replies).size).toBe(1);
    expect(replies[0]?.headers.get('location')).toBe(`/api/v1/agreements/${made[0].id}`);
    expect([made.length, notes.length]).toEqual([1, 1]);
  });

  test('a renewal begins once', async () => {
    const before = await recordedAndRunning(
      api,
      anActiveAgreement({ on: '2023-02-01', term: aYear(2023) }),
    );
    const once = key();
    const body = { term: aYear(2024) };

    const replies = await atOnce(20, () =>
      proposer.post(`${before.at}/renewals`, body, under(once)),
    );

    const made = await api.rows('select id from agreement where renewal_of = $1', [before.id]);
    expect(answersOf(replies).size).toBe(1);
    expect(replies[0]).toMatchObject({ status: 201, body: { id: made[0].id } });
    expect(made).toHaveLength(1);
  });

  test('an office is added once', async () => {
    const admin = await api.as('admin-mitra');
    const once = key();
    const body = { kind: 'opd', name: 'Dinas Serentak', parent: offices.mitra };

    const replies = await atOnce(20, () => admin.post('/offices', body, under(once)));

    const made = await api.rows(`select id from office where name = 'Dinas Serentak'`);
    const events = await api.rows(`select from audit_event where office_id = $1`, [made[0].id]);
    expect(answersOf(replies).size).toBe(1);
    expect([made.length, events.length]).toEqual([1, 1]);
  });

  test('with different keys, one of two rivals is refused and stays refused', async () => {
    const before = await recordedAndRunning(
      api,
      anActiveAgreement({ on: '2023-02-01', term: aYear(2023) }),
    );
    const keys = Array.from({ length: 10 }, key);
    const renew = (once: string) =>
      proposer.post(`${before.at}/renewals`, { term: aYear(2024) }, under(once));

    const first = await Promise.all(keys.map(renew));
    const again = await Promise.all(keys.map(renew));

    const made = await api.rows('select id from agreement where renewal_of = $1', [before.id]);
    expect(first.map(({ status }) => status).sort()).toEqual([
      201,
      ...keys.slice(1).map(() => 409),
    ]);
    expect(again.map(({ text }) => text)).toEqual(first.map(({ text }) => text));
    expect(made).toHaveLength(1);
  });
});

describe('the same key', () => {
  const others: [string, string, object][] = [
    ['another body', 'this/turns', { to: offices.tondano, note: 'Lain' }],
    ['another route', 'this/submissions', {}],
    ['another agreement', 'that/turns', { to: offices.tondano }],
  ];
  test.each(others)('with %s is refused', async (_what, path, body) => {
    const { at } = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const elsewhere = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const once = key();
    await proposer.post(`${at}/turns`, { to: offices.tondano }, under(once));

    const place = path.replace('this', at).replace('that', elsewhere.at);
    const reply = await proposer.post(place, body, under(once));

    expect(reply.body).toMatchObject({
      status: 422,
      code: 'IdempotencyKeyReused',
      detail:
        'Kunci ini sudah dipakai untuk permintaan lain. Pakai kunci baru untuk permintaan baru.',
      errors: [{ field: 'Idempotency-Key' }],
    });
  });

  test('cannot propose and renew', async () => {
    const before = await recordedAndRunning(
      api,
      anActiveAgreement({ on: '2023-02-01', term: aYear(2023) }),
    );
    const once = key();

    const proposal = await proposer.post('/agreements', aPksBody(), under(once));
    const renewal = await proposer.post(
      `${before.at}/renewals`,
      { term: aYear(2024) },
      under(once),
    );

    expect(proposal.status).toBe(201);
    expect(renewal.body).toMatchObject({ status: 422, code: 'IdempotencyKeyReused' });
  });

  test('of somebody else is another key', async () => {
    const { at } = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const once = key();

    const ours = await proposer.post(`${at}/turns`, { to: offices.tondano }, under(once));
    const theirs = await (
      await api.as('officer-tondano')
    ).post(`${at}/turns`, { to: offices.mitraLabour }, under(once));

    expect([ours.body.revision, theirs.body.revision]).toEqual([2, 3]);
  });

  test('gives the answer of then when the agreement has moved on', async () => {
    const { id, at } = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const once = key();

    const first = await proposer.post(`${at}/turns`, { to: offices.tondano }, under(once));
    await (await api.as('officer-tondano')).post(`${at}/turns`, { to: offices.mitraLabour });
    // Two stages on: the workflow has continued as new twice.
    await proposer.post(`${at}/submissions`);
    await proposer.post(`${at}/submissions`);
    const again = await proposer.post(`${at}/turns`, { to: offices.tondano }, under(once));

    expect(again.text).toBe(first.text);
    expect(again.headers.get('etag')).toBe('"2"');
    expect(await timelineOf(id)).toEqual(['turn-passed', 'turn-passed', 'submitted', 'submitted']);
  });

  test('does nothing twice when its answer was lost and the workflow continued as new', async () => {
    const { id, at } = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const once = key();
    await proposer.post(`${at}/submissions`, {}, under(once));
    await proposer.post(`${at}/turns`, { to: offices.tondano });
    await forgetAnswer(once);

    const again = await proposer.post(`${at}/submissions`, {}, under(once));

    expect(again).toMatchObject({ status: 200, body: { stage: 'drafting' } });
    expect(await timelineOf(id)).toEqual(['submitted', 'turn-passed']);
  });

  test('does nothing twice when its answer was lost and the agreement remembers it no more', async () => {
    const { id, at } = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const officer = await api.as('officer-tondano');
    const once = key();
    const remark = { to: offices.tondano, note: 'Mohon diperiksa' };
    await proposer.post(`${at}/turns`, remark, under(once));
    await officer.post(`${at}/turns`, { to: offices.mitraLabour });
    // More commands than any agreement's state remembers.
    for (let pair = 0; pair < 32; pair += 1) {
      await proposer.post(`${at}/turns`, { to: offices.tondano });
      await officer.post(`${at}/turns`, { to: offices.mitraLabour });
    }
    const { recentCommands } = await api.engine.stored(id);
    const kept = await proposer.post(`${at}/turns`, remark, under(once));
    await forgetAnswer(once);

    const again = await proposer.post(`${at}/turns`, remark, under(once));

    const [{ command_id: commandId }] = await api.rows(
      'select command_id from idempotency where key = $1',
      [once],
    );
    expect(recentCommands.map((command: { id: string }) => command.id)).not.toContain(commandId);
    expect(kept).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(again).toMatchObject({ status: 200, body: { revision: 67 } });
    expect(await timelineOf(id)).toHaveLength(66);
  });

  test('finds the agreement that it ended, although its answer was lost', async () => {
    const { id, at } = await recordedAndRunning(
      api,
      anActiveAgreement({ on: '2023-02-01', term: aYear(2023) }),
    );
    const legal = await api.as('legal-mitra');
    const body = {
      office: offices.mitraLabour,
      evidence: { number: '1/2024', date: TODAY },
      reason: 'change-of-law',
      lastDay: '2023-12-31',
    };
    const once = key();
    await legal.post(`${at}/terminations`, body, under(once));
    await forgetAnswer(once);

    const again = await legal.post(`${at}/terminations`, body, under(once));

    expect(again).toMatchObject({ status: 200, body: { ending: { lastDay: '2023-12-31' } } });
    expect((await timelineOf(id)).filter((kind) => kind !== 'reminded')).toEqual(['terminated']);
  });

  test('finds the agreement that it proposed, although its umbrella has ended since', async () => {
    const mou = await recordedAndRunning(
      api,
      anActiveAgreement({
        on: '2023-02-01',
        kind: 'mou',
        form: 'nota-kesepakatan',
        term: { start: '2023-02-01', end: '2027-12-31' },
      }),
    );
    const once = key();
    const body = aPksBody({ title: 'PKS di bawah payung', parent: mou.id });
    const first = await proposer.post('/agreements', body, under(once));
    await (
      await api.as('legal-mitra')
    ).post(`${mou.at}/terminations`, {
      office: offices.mitraLabour,
      evidence: { number: '1/2024', date: TODAY },
      reason: 'change-of-law',
      lastDay: TODAY,
    });
    await forgetAnswer(once);

    const again = await proposer.post('/agreements', body, under(once));

    expect(again).toMatchObject({ status: 201, body: { id: first.body.id } });
  });

  test('reserves a number and a signature once, although the answers were lost', async () => {
    const agreement = await recordedAndRunning(api, anAgreement({ on: TODAY, approvals: [] }));
    const officer = await api.as('officer-tondano');
    await proposer.post(`${agreement.at}/submissions`);
    await proposer.post(`${agreement.at}/submissions`);
    await officer.post(`${agreement.at}/submissions`);
    const number = { party: offices.mitraLabour, number: '1/2024', dated: TODAY };
    const signature = {
      party: offices.mitraLabour,
      actedBy: holders.labourHeadMitra,
      signedOn: TODAY,
    };
    const [numbering, signing] = [key(), key()];
    await proposer.post(`${agreement.at}/numbers`, number, under(numbering));
    await proposer.post(`${agreement.at}/signatures`, signature, under(signing));
    await forgetAnswer(numbering);
    await forgetAnswer(signing);

    const numbered = await proposer.post(`${agreement.at}/numbers`, number, under(numbering));
    const signed = await proposer.post(`${agreement.at}/signatures`, signature, under(signing));

    expect([numbered.status, signed.status]).toEqual([200, 200]);
    expect((await timelineOf(agreement.id)).slice(3)).toEqual(['numbered', 'signed']);
  });

  test('keeps a refusal of the rules, even when the moment has come', async () => {
    const { at } = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const officer = await api.as('officer-tondano');
    const once = key();

    const tooEarly = await officer.post(`${at}/submissions`, {}, under(once));
    await proposer.post(`${at}/turns`, { to: offices.tondano });
    const later = await officer.post(`${at}/submissions`, {}, under(once));
    const anew = await officer.post(`${at}/submissions`);

    expect(tooEarly.body).toMatchObject({ status: 409, code: 'NotYourTurn' });
    expect(later.text).toBe(tooEarly.text);
    expect(anew.status).toBe(200);
  });

  test('keeps the refusal of a reservation', async () => {
    const agreement = await recordedAndRunning(api, anAgreement({ on: TODAY, approvals: [] }));
    const officer = await api.as('officer-tondano');
    await proposer.post(`${agreement.at}/submissions`);
    await proposer.post(`${agreement.at}/submissions`);
    await officer.post(`${agreement.at}/submissions`);
    const body = { party: offices.mitraLabour, actedBy: holders.legalHeadMitra, signedOn: TODAY };
    const once = key();

    const refused = await proposer.post(`${agreement.at}/signatures`, body, under(once));
    await api.rows(`update office_holder set signs = '{pks}', office_id = $1 where id = $2`, [
      offices.mitraLabour,
      holders.legalHeadMitra,
    ]);
    const again = await proposer.post(`${agreement.at}/signatures`, body, under(once));

    expect(refused.body).toMatchObject({ status: 422, code: 'SignatoryWithoutAuthority' });
    expect(again.text).toBe(refused.text);
  });

  test('is free again when the request itself was wrong', async () => {
    const { at } = await recordedAndRunning(api, anAgreement({ on: TODAY }));
    const once = key();

    const wrong = await proposer.post(`${at}/turns`, { to: 'Tondano' }, under(once));
    const foreign = await proposer.post(
      `${at}/turns`,
      { to: offices.tondano, office: offices.minahasa },
      under(once),
    );
    const mended = await proposer.post(`${at}/turns`, { to: offices.tondano }, under(once));

    expect([wrong.status, foreign.status, mended.status]).toEqual([422, 403, 200]);
  });

  test('of a mended request about an office is free again, too', async () => {
    const admin = await api.as('admin-mitra');
    const once = key();
    const body = { kind: 'opd', name: 'Dinas Sosial', parent: offices.mitra };

    const taken = await admin.post('/offices', body, under(once));
    const mended = await admin.post('/offices', { ...body, name: 'Dinas Baru' }, under(once));

    expect([taken.status, mended.status]).toEqual([409, 201]);
  });

  test('repeats an empty answer', async () => {
    const admin = await api.as('admin-mitra');
    const [role] = await api.rows(`select id from membership where user_id = 'inspector-mitra'`);
    const once = key();

    const replies = [
      await admin.post(`/memberships/${role.id}/endings`, { until: '2024-06-30' }, under(once)),
      await admin.post(`/memberships/${role.id}/endings`, { until: '2024-06-30' }, under(once)),
    ];

    const events = await api.rows(`select from audit_event
      where event #>> '{events,0,kind}' = 'role-ended'`);
    expect(replies.map(({ status, text }) => [status, text])).toEqual([
      [204, ''],
      [204, ''],
    ]);
    expect(events).toHaveLength(1);
  });
});

describe('a key', () => {
  test.each([
    ['is missing', {}],
    ['is empty', { 'Idempotency-Key': '' }],
    ['is too short', { 'Idempotency-Key': '123456789012345' }],
    ['is too long', { 'Idempotency-Key': 'x'.repeat(129) }],
    ['holds a space', { 'Idempotency-Key': '1234567890 1234567890' }],
    ['holds a quote', { 'Idempotency-Key': "12345678901234567'" }],
    ['comes twice', { 'Idempotency-Key': '1234567890123456, 1234567890123456' }],
  ])('that %s is asked for', async (_what, headers) => {
    const reply = await proposer.send('POST', '/agreements', {
      body: JSON.stringify(aPksBody()),
      headers: { 'Content-Type': 'application/json', ...headers } as Record<string, string>,
    });

    expect(reply.body).toMatchObject({
      status: 400,
      code: 'IdempotencyKeyMissing',
      errors: [{ field: 'Idempotency-Key' }],
    });
  });

  test('is not needed where nothing is repeated', async () => {
    const admin = await api.as('admin-mitra');

    const reply = await admin.send('POST', '/users/treasurer-mitra/password-resets', {
      body: '{}',
      headers: { 'Content-Type': 'application/json' },
    });

    expect(reply.status).toBe(201);
  });
});

function aYear(year: number) {
  return { start: `${year}-02-01`, end: `${year + 1}-01-31` };
}
