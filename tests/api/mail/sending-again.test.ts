import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../../local/port.ts';
import type { Relay } from '../../../mail/relay.ts';
import { connect } from '../../../prisma/connect.ts';
import { urlOf } from '../../../prisma/roles.ts';
import { anApi } from '../../support/api.ts';
import type { Api, Caller } from '../../support/api.ts';
import { offices } from '../../support/cast.ts';
import { eventually } from '../../support/eventually.ts';
import { TEST_SECRET } from '../../support/test-servers.ts';
import { proposed } from '../../support/agreements-over-http.ts';
import { aMailServer, aRelay } from '../../support/post-office.ts';
import type { MailServer } from '../../support/post-office.ts';
import { PAGES, peopleAt, sees } from '../../support/people-at-pages.ts';

describe('a mail that the server refused', () => {
  let api: Api;
  let server: MailServer;
  let relay: Relay;
  let officer: Caller;
  let refusing = true;
  beforeAll(async () => {
    api = await anApi('2024-01-08', { pages: PAGES });
    const port = await freePort();
    server = await aMailServer(port, {
      onRcptTo: (_address, _session, answer) =>
        answer(refusing ? Object.assign(new Error('no'), { responseCode: 550 }) : null),
    });
    relay = aRelay(api.engine.database, api.engine.ownerUrl, port);
    officer = await api.as('officer-tondano');
    const { at } = await proposed(api);
    const proposer = await api.as('proposer-mitra');
    await proposer.post(`${at}/submissions`);
    await proposer.post(`${at}/submissions`);
  });
  afterAll(async () => {
    await relay.stop();
    await server.close();
    await api.stop();
  });

  const inState = (state: string) =>
    eventually(
      async () => {
        const { body } = await officer.get('/outbox');
        const own = body.items.find(({ readers }: { readers: { to: string }[] }) =>
          readers.some(({ to }) => to.startsWith('officer-tondano')),
        );
        return own?.state === state ? own : undefined;
      },
      { waitingFor: `the mail to be ${state}` },
    );

  test('is sent again when somebody asks for it, once for one key, and the audit knows', async () => {
    const { id } = await inState('failed');
    const key = { 'Idempotency-Key': 'one-more-attempt-please' };

    const asked = await officer.post(`/outbox/${id}/attempts`, {}, key);
    const again = await officer.post(`/outbox/${id}/attempts`, {}, key);
    const { attempts } = await eventually(
      async () => {
        const mail = await inState('failed');
        return mail.attempts === 2 ? mail : undefined;
      },
      { waitingFor: 'the second refusal' },
    );

    expect(asked).toMatchObject({ status: 200, body: { id, state: 'queued' } });
    expect(again.text).toBe(asked.text);
    expect(attempts).toBe(2);
    const audited = await api.rows(
      `select event #> '{events,0}' as what from audit_event
       where event #>> '{events,0,kind}' = 'mail-sent-again'`,
    );
    expect(audited).toEqual([{ what: { kind: 'mail-sent-again', mail: id } }]);
  });

  test('cannot be passed off as sent by the role that serves people', async () => {
    await inState('failed');
    const database = connect(urlOf('mapalus_app', api.engine.ownerUrl, TEST_SECRET));
    const actor = { kind: 'user', userId: 'officer-tondano', day: '2024-01-08' } as const;

    const passedOff = database.withActor(actor, (tx) =>
      tx.outbox.updateMany({ where: { state: 'failed' }, data: { state: 'sent' } }),
    );

    await expect(passedOff).rejects.toThrow(/row-level security|42501/);
    await database.close();
  });

  test('is not for those who only read it', async () => {
    const { id } = await inState('failed');

    const head = await api.as('inspector-mitra');
    const { status } = await head.post(`/outbox/${id}/attempts`);

    expect(status).toBe(403);
  });

  test('goes to the mailbox that its office has by then', async () => {
    const id = randomUUID();
    await api.rows(
      `insert into outbox (id, cause_key, template, content, offices, office_id, to_address, message_id,
         not_before, state, subject, html, text, request_id, business_day)
       values ($1::uuid, 'audit-anchor', 'audit-anchor', '{"seq": 1, "hash": "ab"}', array[$2::uuid], $2,
         'slaah@example.test', $1::text || '@example.test', now(), 'failed', 'Perihal', '<p>Isi</p>',
         'Isi', 'r', '2024-01-08')`,
      [id, offices.mitraSocial],
    );
    const admin = await api.as('admin-mitra');
    await admin.patch(`/offices/${offices.mitraSocial}`, { mailbox: 'benar@example.test' });

    const asked = await admin.post(`/outbox/${id}/attempts`);

    expect(asked).toMatchObject({
      status: 200,
      body: { id, readers: [{ to: 'benar@example.test' }] },
    });
  });

  test('arrives when it is sent again from its page, and then cannot be once more', async () => {
    const { id } = await inState('failed');
    const people = await peopleAt(api);
    const page = await people.as('officer-tondano', `/kotak-keluar/${id}`);
    refusing = false;

    await page.getByRole('button', { name: 'Kirim lagi' }).click();
    await inState('sent');
    await page.getByRole('button', { name: 'Kirim lagi' }).waitFor({ state: 'detached' });
    await sees(page, /^Terkirim$/);
    const once = await officer.post(`/outbox/${id}/attempts`);
    await people.close();

    expect(server.received.map(({ to }) => to)).toContain('officer-tondano@example.test');
    expect(once).toMatchObject({ status: 409, body: { code: 'MailNotFailed' } });
  });
});
