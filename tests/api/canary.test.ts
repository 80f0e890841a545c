/**
 * What people write (names, titles, reasons, addresses, numbers of letters) stays in PostgreSQL and
 * in mails. A lifecycle is played with marked words, refusals and failures included; afterwards the
 * words are looked for in everything that Temporal keeps and in what the processes said.
 */
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../local/port.ts';
import { signIn } from '../support/api.ts';
import type { Caller, Reply } from '../support/api.ts';
import { foundIn, temporalBytes, temporalHistories } from '../support/canary.ts';
import { holders, offices } from '../support/cast.ts';
import { eventually } from '../support/eventually.ts';
import { lifecycleId } from '../../workflows/agreement/messages.ts';
import { anInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { aMailServer } from '../support/post-office.ts';
import type { MailServer, MailServerOptions } from '../support/post-office.ts';

const day = '2024-01-08';
const { mitraLabour, mitraLegal, tondano } = offices;

/** What is typed, and by which mark it is known again. */
const MARKS = {
  title: 'kenarijudul4711',
  retitle: 'kenarijudulbaru4712',
  userName: 'kenarinama4713',
  userEmail: 'kenarisurel4714',
  unknownEmail: 'kenariasing4715',
  holderName: 'kenaripejabat4716',
  position: 'kenarijabatan4717',
  decree: 'kenarikeputusan4718',
  officeName: 'kenarikantor4719',
  mailbox: 'kenarikotak4720',
  outsideParty: 'kenaribank4721',
  outsideSigner: 'kenaridirektur4722',
  note: 'kenaricatatan4723',
  turnNote: 'kenariposisi4724',
  letter: 'kenarisurat4725',
  returnReason: 'kenarialasan4726',
  number: 'kenarinomor4727',
  brokenNumber: 'kenarirusak4728',
  datesReason: 'kenaritanggal4729',
  minutes: 'kenariberita4730',
  withdrawalReason: 'kenaribatal4731',
  searched: 'kenaricari4732',
  misplaced: 'kenarisalah4733',
  brokenTitle: 'kenarigagal4734',
};
const marks = Object.values(MARKS);
const letter = { number: MARKS.letter, date: day };

/** Typed, refused or failed before anything was stored: these are nowhere at all. */
const UNSTORED = [MARKS.unknownEmail, MARKS.searched, MARKS.misplaced, MARKS.brokenTitle];

/** A word that may go everywhere an id goes, and shows that the search finds what is there. */
const ALLOWED = 'ca4a21ab-0e17-4799-8799-ca4a21ab0e17';

describe('what people write', () => {
  let installation: Installation;
  let mail: MailServer;
  let temporal: Client;
  let agreement: string;
  let logs: string;
  let metrics: string;
  beforeAll(async () => {
    const port = await freePort();
    mail = await aMailServer(port, { onRcptTo: refuseTheMarked });
    const settings = { SMTP_URL: `smtp://127.0.0.1:${port}`, LOG_LEVEL: 'debug' };
    installation = await anInstallation(day, settings);
    const processes = [await installation.startApi(), await installation.startWorker()];
    const connection = await Connection.connect({ address: installation.env['TEMPORAL_ADDRESS']! });
    temporal = new Client({ connection });
    agreement = await aLifecycleInMarkedWords(installation, temporal);
    metrics = await (await fetch(`${installation.url}/metrics`)).text();
    for (const each of processes) await each.stop();
    logs = processes.flatMap(({ lines }) => lines).join('\n');
  }, 120_000);
  afterAll(async () => {
    await temporal?.connection.close();
    await installation.remove();
    await mail.close();
  });

  test('is found in every disguise', () => {
    const inBase64 = ['', 'a', 'ab'].map((before) => btoa(`${before}${ALLOWED} and more`));
    const inHexadecimal = Buffer.from(ALLOWED).toString('hex');

    for (const disguise of [ALLOWED.toUpperCase(), ...inBase64, inHexadecimal]) {
      expect(foundIn(`{"data":"${disguise}"}`, [ALLOWED, ...marks])).toEqual([ALLOWED]);
    }
  });

  test('is stored in PostgreSQL and stands in mails', async () => {
    const stored = marks.filter((mark) => !UNSTORED.includes(mark));

    const inPostgres = foundIn(await everythingIn(installation), marks);
    const inMails = foundIn(mail.received.map(({ source }) => source).join('\n'), marks);

    expect(inPostgres.sort()).toEqual(stored.sort());
    expect(inMails).toEqual(expect.arrayContaining([MARKS.title, MARKS.outsideParty]));
  });

  test('is nowhere in what Temporal keeps', async () => {
    const { temporalFile } = installation;
    const histories = await temporalHistories(temporal);
    const running = temporalBytes(temporalFile);
    await installation.stopTemporal();
    const stopped = temporalBytes(temporalFile);

    for (const kept of [running, stopped, histories]) {
      // Ids and the kinds of failures are there, so what is kept can be read.
      expect(foundIn(kept, [agreement, ALLOWED, '23514'])).toEqual([agreement, ALLOWED, '23514']);
      expect(foundIn(kept, marks)).toEqual([]);
    }
  });

  test('is in no line that a process says', () => {
    const said = ['request failed', 'mail not sent', 'mail sent', '23514', ALLOWED];

    expect(foundIn(logs, said)).toEqual(said);
    expect(foundIn(logs, marks)).toEqual([]);
  });

  test('is in no metric', () => {
    expect(metrics).toContain('route="/api/v1/agreements/:id/numbers"');
    expect(foundIn(metrics, marks)).toEqual([]);
  });
});

/** A server that does not know the marked address, and says so with it. */
const refuseTheMarked: NonNullable<MailServerOptions['onRcptTo']> = (
  { address },
  _mail,
  answer,
) => {
  const refusal = Object.assign(new Error(`${address}: no such mailbox`), { responseCode: 550 });
  answer(address.includes(MARKS.userEmail) ? refusal : undefined);
};

/** Those who act, and where. */
type Stage = {
  installation: Installation;
  temporal: Client;
  proposer: Caller;
  admin: Caller;
  officer: Caller;
  legal: Caller;
};

/** Plays it through the API and answers the agreement's id. */
async function aLifecycleInMarkedWords(
  installation: Installation,
  temporal: Client,
): Promise<string> {
  const [admin, officer, legal] = await Promise.all(
    (['admin-mitra', 'officer-tondano', 'legal-mitra'] as const).map(installation.as),
  );
  const proposer = await theMarkedProposer(installation.url, admin!);
  const stage = {
    installation,
    temporal,
    proposer,
    admin: admin!,
    officer: officer!,
    legal: legal!,
  };

  const signatory = await peopleChange(stage);
  await whatIsNotHeard(stage);
  const { at, id, outsider } = await theTextGoesRound(stage);
  await numbersAreGiven(stage, at, id);
  await allSign(stage, at, { signatory, outsider });
  await timePasses(stage, at, id);
  return id;
}

async function peopleChange({ installation, admin }: Stage): Promise<string> {
  const operator = await installation.as('admin-operator');
  await done(
    operator.patch(`/offices/${mitraLegal}`, {
      name: MARKS.officeName,
      mailbox: `${MARKS.mailbox}@example.test`,
    }),
  );
  const { body } = await done(
    admin.post('/office-holders', {
      office: mitraLabour,
      personName: MARKS.holderName,
      position: MARKS.position,
      capacity: 'definitif',
      from: '2024-01-01',
      signs: ['pks'],
      decree: { number: MARKS.decree, date: '2024-01-01' },
      replaces: holders.labourHeadMitra,
    }),
  );
  return body.id;
}

/** Refused at the door, by shape, by right; and a store that chokes on a title and quotes it. */
async function whatIsNotHeard({ installation, proposer }: Stage): Promise<void> {
  const { url } = installation;
  const nobody = { email: `${MARKS.unknownEmail}@example.test`, password: 'x'.repeat(14) };
  await expect(signIn(url, { ...nobody, address: 99 })).rejects.toThrow('could not sign in');
  await done(proposer.get(`/agreements?q=${MARKS.searched}`));
  await refused(proposer.get(`/agreements?q=${MARKS.searched}&sort=${MARKS.misplaced}`), 422);
  await refused(proposer.post('/agreements', { ...proposal(), region: MARKS.misplaced }), 422);
  await refused(proposer.get(`/agreements/${MARKS.misplaced}`), 404);

  await choke(installation, 'note', `text = '${MARKS.brokenTitle}'`);
  await failed(url, proposer, proposal(MARKS.brokenTitle));
}

async function theTextGoesRound({ proposer, officer, legal }: Stage) {
  const created = await done(proposer.post('/agreements', proposal(), { 'X-Request-Id': ALLOWED }));
  const { id, parties } = created.body as {
    id: string;
    parties: { id: string; outside: boolean }[];
  };
  const outsider = parties.find(({ outside }) => outside)!.id;
  const at = `/agreements/${id}`;

  await done(proposer.post(`${at}/submissions`, { note: MARKS.note }));
  await done(proposer.post(`${at}/turns`, { to: tondano, note: MARKS.turnNote }));
  await refused(proposer.post(`${at}/submissions`, { note: MARKS.note }), 409);
  await done(officer.post(`${at}/submissions`, { note: MARKS.note }));
  await done(proposer.post(`${at}/returns`, { reason: MARKS.returnReason }));
  await done(officer.post(`${at}/submissions`));
  await done(proposer.post(`${at}/submissions`));
  await done(officer.post(`${at}/submissions`, { onBehalfOf: outsider, evidence: letter }));
  await done(legal.post(`${at}/approvals`, { step: 'hukum', evidence: letter }));
  return { at, id, outsider };
}

/** The first on which the engine's activity chokes, quoting it, until the store is mended. */
async function numbersAreGiven(stage: Stage, at: string, id: string): Promise<void> {
  const { installation, temporal, proposer, officer } = stage;
  await choke(installation, 'number_reservation', `number = '${MARKS.brokenNumber}'`);
  const ours = { party: mitraLabour, number: MARKS.brokenNumber, dated: day };
  const numbered = proposer.post(`${at}/numbers`, ours);
  await eventually(() => hasFailed(temporal, id));
  await installation.rows('drop trigger choke on number_reservation');
  await done(numbered);
  await done(officer.post(`${at}/numbers`, { ...ours, party: tondano, number: MARKS.number }));
}

async function allSign(
  { proposer, officer }: Stage,
  at: string,
  { signatory, outsider }: { signatory: string; outsider: string },
): Promise<void> {
  const ours = { party: mitraLabour, signedOn: day };
  const { legalHeadMitra, headTondano } = holders;
  await refused(proposer.post(`${at}/signatures`, { ...ours, actedBy: legalHeadMitra }), 422);
  await done(proposer.post(`${at}/signatures`, { ...ours, actedBy: signatory }));
  await done(officer.post(`${at}/signatures`, { ...ours, party: tondano, actedBy: headTondano }));
  const theirs = { party: outsider, outsideSigner: MARKS.outsideSigner, evidence: letter };
  await done(officer.post(`${at}/signatures`, { ...theirs, signedOn: day }));
}

/** Other dates, a renewal that is given up, a reminder, and the end. */
async function timePasses(stage: Stage, at: string, id: string): Promise<void> {
  const { installation, proposer, legal } = stage;
  const minutes = { number: MARKS.minutes, date: day };
  const term = { start: day, end: '2024-11-30' };
  const dates = { term, reason: MARKS.datesReason, evidence: minutes };
  const asked = await done(legal.post(`${at}/dates`, dates));
  const head = await installation.as('head-tondano');
  await done(
    head.post(`${at}/confirmations`, { change: asked.body.pending.id, evidence: minutes }),
  );
  const nextTerm = { start: '2024-12-01', end: '2025-11-30' };
  const renewal = await done(
    proposer.post(`${at}/renewals`, { title: MARKS.retitle, term: nextTerm }),
  );
  const given = { reason: MARKS.withdrawalReason };
  await done(legal.post(`/agreements/${renewal.body.id}/withdrawals`, given));
  await done(legal.post('/clock/advance', { to: '2024-06-04' }));
  await eventually(() => reminded(installation, id));
  const ending = { reason: 'change-of-law', lastDay: '2024-06-03', evidence: minutes };
  await done(legal.post(`${at}/terminations`, ending));
}

/** A proposer whose name and address are marked, signed in with a password of their own. */
async function theMarkedProposer(url: string, admin: Caller): Promise<Caller> {
  const email = `${MARKS.userEmail}@example.test`;
  const made = await done(
    admin.post('/users', {
      name: MARKS.userName,
      email,
      memberships: [{ office: mitraLabour, role: 'proposer', from: '2020-01-01' }],
    }),
  );
  const currentPassword = made.body.oneTimePassword as string;
  const first = await signIn(url, { email, password: currentPassword, address: 98 });
  const newPassword = 'sandi yang cukup panjang';
  await done(
    first.send('POST', '/api/auth/change-password', {
      body: JSON.stringify({ currentPassword, newPassword }),
      headers: { 'Content-Type': 'application/json' },
    }),
  );
  return signIn(url, { email, password: newPassword, address: 97 });
}

function proposal(title: string = MARKS.title) {
  return {
    kind: 'pks',
    title,
    form: 'perjanjian-kerja-sama',
    legalBasis: 'ksdpk',
    term: { start: day, end: '2024-12-31' },
    region: '71.07',
    proposer: mitraLabour,
    parties: [
      { office: mitraLabour, side: 'government' },
      { office: tondano, side: 'bpjs' },
      { outside: MARKS.outsideParty, side: 'other' },
    ],
    approvals: [{ id: 'hukum', offices: [mitraLegal] }],
  };
}

async function done(answering: Promise<Reply>): Promise<Reply> {
  const reply = await answering;
  if (reply.status >= 300) throw new Error(`refused: ${reply.text}`);
  return reply;
}

async function refused(answering: Promise<Reply>, status: number): Promise<void> {
  const reply = await answering;
  if (reply.status !== status)
    throw new Error(`${reply.status} instead of ${status}: ${reply.text}`);
}

/** Proposes past the contract's check, which lets no answer be a failure of ours. */
async function failed(url: string, { cookie }: Caller, body: object): Promise<void> {
  const { status } = await fetch(`${url}/api/v1/agreements`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Idempotency-Key': 'a-proposal-that-fails',
      Cookie: cookie,
    },
    body: JSON.stringify(body),
  });
  if (status !== 500) throw new Error(`${status} instead of 500`);
}

/** Lets a table refuse certain rows, with a message that quotes them. */
async function choke({ rows }: Installation, table: string, on: string): Promise<void> {
  await rows(`create or replace function choke() returns trigger language plpgsql as $$ begin
    raise check_violation using message = 'cannot take ' || new::text; end $$`);
  await rows(`create trigger choke before insert on ${table} for each row
    when (new.${on}) execute function choke()`);
}

/** Whether an activity of this agreement has failed and waits to be tried again. */
async function hasFailed(temporal: Client, id: string): Promise<true | undefined> {
  const { raw } = await temporal.workflow.getHandle(lifecycleId(id)).describe();
  return raw.pendingActivities?.some(({ lastFailure }) => lastFailure) || undefined;
}

/** Whether the reminder has left to everybody, and the clock stands again. */
async function reminded({ rows }: Installation, id: string): Promise<true | undefined> {
  const mails = await rows(
    "select state from outbox where agreement_id = $1 and template = 'reminder'",
    [id],
  );
  const left = mails.filter(({ state }) => state === 'sent' || state === 'failed');
  const [{ advancing }] = await rows('select advance_to as advancing from installation');
  return (mails.length > 0 && left.length === mails.length && advancing === null) || undefined;
}

async function everythingIn({ rows }: Installation): Promise<string> {
  const tables = await rows(`select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'auth')`);
  const contents = await Promise.all(
    tables.map(({ name }) => rows(`select row_to_json(t)::text as row from ${name} t`)),
  );
  return contents
    .flat()
    .map(({ row }) => row as string)
    .join('\n');
}
