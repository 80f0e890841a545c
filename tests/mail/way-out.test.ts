/** Mail that cannot leave at all: people are told why and since when, and what lets it leave. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mailServer } from '../../config/mail-server.ts';
import type { MailServer as ServerOfOurs } from '../../config/mail-server.ts';
import { readSettings } from '../../config/settings.ts';
import { freePort } from '../../local/port.ts';
import type { Relay } from '../../mail/relay.ts';
import { anApi } from '../support/api.ts';
import type { Api } from '../support/api.ts';
import { aCertificate } from '../support/certificates.ts';
import type { Certificate } from '../support/certificates.ts';
import type { TestDatabase } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { proposed } from '../support/agreements-over-http.ts';
import { barriers, PAGES, peopleAt, sees } from '../support/people-at-pages.ts';
import type { PeopleAtPages } from '../support/people-at-pages.ts';
import { aMailServer, aRelay } from '../support/post-office.ts';
import type { MailServer, MailServerOptions } from '../support/post-office.ts';
import { aDatabase } from '../support/stage.ts';

let certificate: Certificate;
let elsewhere: Certificate;
beforeAll(() => {
  certificate = aCertificate('IP:127.0.0.1');
  elsewhere = aCertificate('DNS:mail.example.test');
});
afterAll(() => {
  certificate.remove();
  elsewhere.remove();
});

/** A server that encrypts by a certificate of its own making. */
const encrypting = ({ cert, key }: Certificate): MailServerOptions => ({
  disabledCommands: ['AUTH'],
  cert,
  key,
});

const asSet = (more: Record<string, string>): Partial<ServerOfOurs> => {
  const { tls, ca } = mailServer(readSettings({ SMTP_URL: 'smtp://127.0.0.1:25', ...more }));
  return { tls, ...(ca !== undefined && { ca }) };
};

describe('the way to the mail server', () => {
  let database: TestDatabase;
  let port: number;
  let server: MailServer | undefined;
  let relay: Relay | undefined;
  beforeEach(async () => {
    [database, port] = await Promise.all([aDatabase(), freePort()]);
  });
  afterEach(async () => {
    await relay?.stop();
    await server?.close();
    [relay, server] = [undefined, undefined];
    await database.close();
  });

  const start = (settings: Partial<ServerOfOurs> = {}) => {
    relay = aRelay(database.asWorker, database.ownerUrl, port, settings);
    return relay.looked;
  };
  const trouble = () => database.asWorker.mailTrouble();
  const troubled = (isSo: (code: string | undefined) => boolean) =>
    eventually(async () => (isSo((await trouble())?.code) ? { kept: await trouble() } : undefined));

  test.each<[string, string, () => MailServerOptions | null, () => Partial<ServerOfOurs>, RegExp]>([
    [
      'is not believed by a certificate that nobody has signed',
      'certificate-unknown',
      () => encrypting(certificate),
      () => ({}),
      /ESOCKET DEPTH_ZERO_SELF_SIGNED_CERT/,
    ],
    [
      'is not believed by a certificate for another name',
      'certificate-name',
      () => encrypting(elsewhere),
      () => asSet({ SMTP_CA: elsewhere.file }),
      /ERR_TLS_CERT_ALTNAME_INVALID/,
    ],
    [
      'is not taken unencrypted where encryption is required',
      'no-encryption',
      () => ({}),
      () => asSet({ SMTP_TLS: 'required' }),
      /ETLS/,
    ],
    ['is closed', 'connection-refused', () => null, () => ({}), /ESOCKET ECONNREFUSED/],
    [
      'is closed for a name that is not known',
      'server-unknown',
      () => null,
      () => ({ url: 'smtp://mail.invalid' }),
      /EDNS/,
    ],
    [
      'is closed for a password that is refused',
      'login-refused',
      () => ({
        disabledCommands: ['STARTTLS'],
        allowInsecureAuth: true,
        onAuth: (_given, _session, answer) => answer(new Error('no')),
      }),
      () => ({ url: `smtp://mapalus:wrong@127.0.0.1:${port}` }),
      /EAUTH 535/,
    ],
    [
      'is closed while the server takes no mail',
      'server-refuses',
      () => ({
        onConnect: (_session, answer) =>
          answer(Object.assign(new Error('out of service'), { responseCode: 554 })),
      }),
      () => ({}),
      /EPROTOCOL 554/,
    ],
  ])('%s, and says so before there is a mail', async (_what, code, options, settings, cause) => {
    const given = options();
    if (given) server = await aMailServer(port, given);
    const before = Date.now();

    await start(settings());
    const found = await trouble();

    expect(found).toEqual({
      code,
      cause: expect.stringMatching(cause),
      since: expect.any(Date),
    });
    expect(Number(found?.since)).toBeGreaterThan(before - 1_000);
  });

  test('is open again as soon as the server answers, without a mail', async () => {
    await start();
    const before = await trouble();

    server = await aMailServer(port);
    const { kept } = await troubled((code) => code === undefined);

    expect(before?.code).toBe('connection-refused');
    expect(kept).toBeNull();
  });

  test('is closed since the first trouble, whatever its name and however often we start', async () => {
    await start();
    const first = await trouble();
    await relay?.stop();
    server = await aMailServer(port, encrypting(certificate));

    await start();
    const second = await trouble();

    expect([first?.code, second?.code]).toEqual(['connection-refused', 'certificate-unknown']);
    expect(second?.since).toEqual(first?.since);
  });

  test('is cleared of a trouble whose relay is gone for good', async () => {
    await database.ask(
      `insert into mail_trouble (code, cause) values ('login-refused', 'EENVELOPE 530')`,
    );
    server = await aMailServer(port);

    await start();

    expect(await trouble()).toBeNull();
  });
});

describe('mails that wait for the server', () => {
  let api: Api;
  let people: PeopleAtPages;
  let server: MailServer;
  let port: number;
  let relay: Relay;
  beforeAll(async () => {
    api = await anApi('2024-01-08', { pages: PAGES });
    people = await peopleAt(api);
    port = await freePort();
    server = await aMailServer(port, encrypting(certificate));
  });
  afterEach(() => relay.stop());
  afterAll(async () => {
    await people.close();
    await server.close();
    await api.stop();
  });

  const startRelay = (settings: Record<string, string> = {}) => {
    const { database, ownerUrl } = api.engine;
    relay = aRelay(database, ownerUrl, port, asSet(settings));
  };
  const handOver = async (title: string) => {
    const { at } = await proposed(api, { title });
    const proposer = await api.as('proposer-mitra');
    await proposer.post(`${at}/submissions`);
    await proposer.post(`${at}/submissions`);
  };
  const toOfficer = (title: string) =>
    eventually(
      () => {
        const mails = server.received.filter(({ source }) => source.includes(title));
        return mails.find(({ to }) => to.startsWith('officer-tondano'));
      },
      { waitingFor: `the mail of ${title}` },
    );

  test('are announced in the outbox, and leave when the certificate is named', async () => {
    startRelay();
    await handOver('PKS yang menunggu');
    const officer = await api.as('officer-tondano');
    const page = await people.as('officer-tondano', '/kotak-keluar');

    await sees(page, /^Surel tidak dapat keluar sejak \d+ \S+ \d{4} pukul \d\d\.\d\d WITA$/);
    await sees(page, /sertifikat yang tidak dikenal/);
    const found = await barriers(page);
    const { body } = await officer.get('/mail-trouble');
    await relay.stop();
    startRelay({ SMTP_CA: certificate.file });
    await toOfficer('menunggu');
    await page.getByText('Surel tidak dapat keluar').waitFor({ state: 'detached' });
    const after = await officer.get('/mail-trouble');

    expect(found).toEqual([]);
    expect(body).toEqual({
      code: 'certificate-unknown',
      sentence: expect.stringContaining('sertifikat yang tidak dikenal'),
      since: expect.any(String),
    });
    expect(after.body).toBeNull();
    expect(people.complaints).toEqual([]);
  });

  test('leave encrypted to a server that nobody vouches for, where that is allowed', async () => {
    startRelay({ SMTP_TLS: 'opportunistic' });
    await handOver('PKS yang lewat');

    const mail = await toOfficer('lewat');

    expect(mail.secure).toBe(true);
  });
});
