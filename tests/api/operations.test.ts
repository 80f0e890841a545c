/** Mails, audit, reminder rules, code lists and the clock. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { mailboxName } from '../../config/mailbox.ts';
import { freePort } from '../../local/port.ts';
import { startTemporal } from '../../local/temporal.ts';
import type { TemporalServer } from '../../local/temporal.ts';
import { anActiveAgreement } from '../support/agreements.ts';
import { anApi } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import { offices } from '../support/cast.ts';
import { recordedAndRunning, proposed } from '../support/agreements-over-http.ts';
import { allPages } from '../support/pages.ts';
import { advanceClockId } from '../../workflows/clock/messages.ts';

const TODAY = '2024-01-08';

let api: Api;
// The clock is moved and rules are carried by workflows of one id each, so not on the shared one.
let temporal: TemporalServer;
const mailbox = mkdtempSync(path.join(tmpdir(), 'mapalus-mailbox-'));
beforeAll(async () => {
  temporal = await startTemporal({
    binary: inject('temporalBinary'),
    port: await freePort(),
    timeSkipping: true,
  });
  const settings = { MAILBOX_FOLDER: mailbox };
  api = await anApi(TODAY, { temporalAddress: temporal.address, settings });
});
afterAll(async () => {
  await api.stop();
  await temporal.stop();
  rmSync(mailbox, { recursive: true });
});

describe('the outbox', () => {
  let at: string;
  beforeAll(async () => {
    const agreement = await proposed(api);
    at = agreement.at;
    const proposer = await api.as('proposer-mitra');
    await proposer.post(`${at}/submissions`);
    await proposer.post(`${at}/submissions`);
  });

  test('shows whom the text waits for and from when the mail may leave', async () => {
    const { body } = await (await api.as('officer-tondano')).get('/outbox');

    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({
      agreement: { title: 'PKS Pekerja Rentan 2024' },
      template: 'your-turn',
      offices: ['Kantor Cabang Tondano'],
      readers: [
        {
          name: 'Contoh head-tondano',
          office: 'Kantor Cabang Tondano',
          to: 'head-tondano@example.test',
        },
        {
          name: 'Contoh officer-tondano',
          office: 'Kantor Cabang Tondano',
          to: 'officer-tondano@example.test',
        },
      ],
      state: 'queued',
      notSentBecause: null,
      businessDay: TODAY,
      milestone: null,
      sentAt: null,
      attempts: 0,
      possiblyDoubled: false,
    });
    expect(body.items[0].subject).toContain('PKS Pekerja Rentan 2024');
  });

  test('shows each mail as it will be written', async () => {
    const officer = await api.as('officer-tondano');
    const { body } = await officer.get('/outbox');

    const mail = await officer.get(`/outbox/${body.items[0].id}`);

    expect(mail.body.html).toContain('PKS Pekerja Rentan 2024');
    expect(mail.body.text).toContain(`http://mapalus.test/perjanjian/${at.split('/')[2]}`);
    expect(mail.body.received).toEqual({ times: 0, source: '' });
  });

  test('shows what was sent as it was sent, and what arrived of it', async () => {
    const officer = await api.as('officer-tondano');
    const { body } = await officer.get('/outbox');
    const [{ id }] = body.items;
    const [{ message_id: messageId }] = await api.rows(
      `update outbox set state = 'sent', subject = 'Terkirim', html = '<p>Isi</p>', text = 'Isi',
         office_id = offices[1], user_id = 'officer-tondano',
         to_address = 'officer-tondano@example.test', sent_at = now(), sent_business_at = not_before
       where id = $1 returning message_id`,
      [id],
    );
    for (const copy of ['1', '2']) {
      writeFileSync(
        path.join(mailbox, `${mailboxName(messageId)}.${copy}.eml`),
        'Subject: Terkirim',
      );
    }

    const mail = await officer.get(`/outbox/${id}`);

    expect(mail.body).toMatchObject({
      subject: 'Terkirim',
      html: '<p>Isi</p>',
      text: 'Isi',
      messageId,
      state: 'sent',
      received: { times: 2, source: 'Subject: Terkirim' },
    });
  });

  test('is filtered, and given page by page', async () => {
    const head = await api.as('head-tondano');
    const id = at.split('/')[2];
    const other = await proposed(api);
    const proposer = await api.as('proposer-mitra');
    await proposer.post(`${other.at}/submissions`);
    await proposer.post(`${other.at}/submissions`);

    const all = await allPages(head, '/outbox?limit=1');
    const sent = await head.get('/outbox?state=sent');
    const ofAgreement = await head.get(`/outbox?agreement=${id}&template=your-turn`);
    const reminders = await head.get('/outbox?template=reminder');

    expect(all).toHaveLength(2);
    expect(all.map(({ readers }) => readers.length)).toEqual([2, 1]);
    expect(sent.body.items).toHaveLength(1);
    expect(ofAgreement.body.items).toHaveLength(1);
    expect(reminders.body.items).toEqual([]);
  });

  test.each([
    ['cursor=abc', 'CursorMalformed'],
    [
      `cursor=${Buffer.from('["2024-02-30T00:00:00.000Z","x"]').toString('base64url')}`,
      'CursorMalformed',
    ],
    ['state=lost', 'InvalidRequest'],
    ['template=%00', 'InvalidRequest'],
  ])('is not asked for by %s', async (query, code) => {
    const { body } = await (await api.as('officer-tondano')).get(`/outbox?${query}`);

    expect(body).toMatchObject({ status: 422, code });
  });
});

describe('the audit', () => {
  test('is a chain whose links hold by arithmetic of one’s own', async () => {
    const { id } = await proposed(api);
    const proposer = await api.as('proposer-mitra');
    await proposer.post(`/agreements/${id}/submissions`);

    const links = await allPages(await api.as('inspector-mitra'), `/audit?agreement=${id}&limit=1`);

    const [newest, oldest] = links;
    const [{ body }] = await api.rows(
      'select body from audit_event where subject = $1 and seq = 2',
      [`agreement/${id}`],
    );
    const hash = createHash('sha256')
      .update(Buffer.from(oldest.hash, 'hex'))
      .update(`agreement/${id}\n2\n${newest.key}\n${newest.recordedAt}\n${body}`)
      .digest('hex');
    expect(links.map(({ seq }) => seq)).toEqual([2, 1]);
    expect(newest).toMatchObject({ prevHash: oldest.hash, hash });
  });

  test('of an office tells what its administrators did', async () => {
    const mailbox = 'dinsos@example.test';
    await (await api.as('admin-mitra')).patch(`/offices/${offices.mitraSocial}`, { mailbox });

    const { body } = await (
      await api.as('inspector-mitra')
    ).get(`/audit?office=${offices.mitraSocial}`);

    expect(body.items).toMatchObject([
      { event: { events: [{ kind: 'office-changed', fields: ['mailbox'] }] } },
    ]);
  });

  test('has an anchor once it has been sealed', async () => {
    const inspector = await api.as('inspector-mitra');
    const before = await inspector.get('/audit/anchor');
    const [{ seq }] = await api.rows('select seal as seq from seal_audit()');

    const after = await inspector.get('/audit/anchor');

    expect(before.body).toBeNull();
    expect(after.body).toMatchObject({ seq, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('refuses a cursor that it did not give', async () => {
    const { body } = await (await api.as('inspector-mitra')).get('/audit?cursor=WyIxIiwiMiJd');

    expect(body).toMatchObject({ status: 422, code: 'CursorMalformed' });
  });
});

describe('reminder rules', () => {
  const rules = { daysBefore: [30, 60, 30], mailHour: 8 };

  test('that are new are carried to every open agreement, with its progress', async () => {
    const agreement = anActiveAgreement({
      on: '2024-01-08',
      term: { start: TODAY, end: '2024-12-31' },
    });
    const { at } = await recordedAndRunning(api, agreement);
    const operator = await api.as('admin-operator');

    const published = await operator.post('/reminder-policies', rules);
    await vi.waitFor(
      async () => {
        const { body } = await operator.get('/reminder-policies');
        const [{ toReplan, replanned }] = body.items;
        expect(replanned).toBeGreaterThan(2);
        expect(replanned).toBe(toReplan);
        const milestones = await (await api.as('proposer-mitra')).get(`${at}/milestones`);
        expect(milestones.body.items.map(({ day }: { day: string }) => day)).toEqual([
          '2024-11-01',
          '2024-12-01',
          '2025-01-01',
        ]);
      },
      { timeout: 60_000, interval: 50 },
    );

    expect(published.status).toBe(202);
    expect(published.body).toMatchObject({ version: 2, daysBefore: [60, 30], mailHour: 8 });
  });

  test('are read by everybody, newest first', async () => {
    const { body } = await (await api.as('stranger')).get('/reminder-policies');

    expect(body.items.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    expect(body.items[1]).toMatchObject({ daysBefore: [180, 90, 60, 30, 14, 7, 0], mailHour: 7 });
  });

  test('are the operator’s to publish', async () => {
    const { body } = await (await api.as('admin-mitra')).post('/reminder-policies', rules);

    expect(body).toMatchObject({
      status: 403,
      code: 'NotPermitted',
      detail: 'Peran Anda tidak mencakup tindakan ini. Hubungi administrator kantor Anda.',
    });
  });

  test.each([
    ['no days', { daysBefore: [] }, 'daysBefore'],
    ['a day after the end', { daysBefore: [-1] }, 'daysBefore.0'],
    ['half a day', { daysBefore: [0.5] }, 'daysBefore.0'],
    ['an hour that no clock shows', { mailHour: 24 }, 'mailHour'],
    ['something nobody knows', { calendar: 1 }, 'calendar'],
  ])('are refused with %s', async (_what, only, field) => {
    const operator = await api.as('admin-operator');

    const { body } = await operator.post('/reminder-policies', { ...rules, ...only });

    expect(body).toMatchObject({ status: 422, code: 'InvalidRequest', errors: [{ field }] });
  });
});

describe('code lists', () => {
  test('are the law’s and the field’s', async () => {
    const { body } = await (await api.as('stranger')).get('/reference');

    expect(body.forms).toContainEqual({ code: 'nota-kesepakatan', kinds: ['mou', 'pks'] });
    expect(body.endings).toContainEqual({
      code: 'partner-bankrupt',
      source: 'PP 28/2018 Ps. 22(2) b',
      bases: ['ksdpk'],
    });
    expect(body.roles).toHaveLength(12);
    expect(body.capacities).toEqual(['definitif', 'pj', 'plt', 'plh']);
  });
});

describe('the clock', () => {
  test('of a training installation runs forward to the morning that was asked for', async () => {
    const legal = await api.as('legal-mitra');
    // Nothing here sends mail, and the clock would wait for it.
    await api.rows(`update outbox set attempts = 1`);

    const asked = await legal.post('/clock/advance', { to: '2024-01-10' });
    await vi.waitFor(
      async () => {
        const { body } = await legal.get('/clock');
        expect(body).toMatchObject({ kind: 'training', today: '2024-01-10', advancing: null });
      },
      { timeout: 60_000, interval: 50 },
    );

    expect(asked.status).toBe(202);
    expect(asked.body.advancing).toMatchObject({ to: '2024-01-10' });
    const { body } = await legal.get('/clock');
    // Nine in the morning of Jakarta.
    expect(body.now.slice(0, 16)).toBe('2024-01-10T02:00');
  });

  test('runs one way only, and one move at a time', async () => {
    const legal = await api.as('legal-mitra');
    const workflowId = advanceClockId(api.engine.taskQueue);
    // The move before this one is over for everybody who looks, but perhaps not for the engine.
    await api.engine.client.workflow.getHandle(workflowId).result();
    // A move that nobody carries out, as while a worker is being restarted.
    const moving = await api.engine.client.workflow.start('advanceClock', {
      workflowId,
      taskQueue: 'nobody',
      args: [{ to: '2024-02-01', userId: 'legal-mitra', requestId: 'req-test' }],
    });

    const back = await legal.post('/clock/advance', { to: '2024-01-10' });
    const second = await legal.post('/clock/advance', { to: '2024-02-02' });
    await moving.terminate();

    expect(back.body).toMatchObject({
      status: 422,
      code: 'ClockRunsForwardOnly',
      detail: 'Hari ini sudah 10 Januari 2024. Pilih hari sesudahnya.',
      errors: [{ field: 'to' }],
    });
    expect(second.body).toMatchObject({ status: 409, code: 'ClockBusy' });
  });

  test('of a real installation cannot be moved', async () => {
    await api.rows('alter table installation disable trigger clock_runs_forward');
    await api.rows(`update installation set kind = 'real', clock_offset = 0`);
    const legal = await api.as('legal-mitra');

    const read = await legal.get('/clock');
    const moved = await legal.post('/clock/advance', { to: '2199-01-01' });

    expect(read.body).toMatchObject({ kind: 'real', advancing: null });
    expect(moved.body).toMatchObject({
      status: 409,
      code: 'ClockIsReal',
      detail:
        'Ini lingkungan sungguhan; waktunya tidak dapat digeser. Pakai lingkungan latihan (npm run demo).',
    });
  });
});
