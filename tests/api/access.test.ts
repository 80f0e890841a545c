/**
 * Who may use what: every route, by every role, aimed at things of the own office, of the partner in an
 * agreement and of strangers. What is expected is written down by hand, in one matrix. Whom the API's gate
 * refuses is then let in, so that PostgreSQL stands alone; and each table shows a cell that its row policies
 * empty. A route, a role or a table without a row or a column here fails.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policyGate } from '../../api/http/router.ts';
import { ROLES } from '../../domain/office/roles.ts';
import type { Role } from '../../domain/office/roles.ts';
import { urlOf } from '../../prisma/roles.ts';
import { anApi } from '../support/api.ts';
import type { Api, Caller, Reply } from '../support/api.ts';
import { ask, ATTEMPTS, aWorld, PLACES, requestOf, SECRET, TODAY } from '../support/attempts.ts';
import type { Ground, Place, World } from '../support/attempts.ts';
import { CONTRACT, routeNamed } from '../support/contract.ts';
import { TEST_SECRET } from '../support/test-servers.ts';

/** The columns of the matrix. */
const COLUMNS: Record<Role, string> = {
  legal: 'legal',
  proposer: 'prop',
  approver: 'appr',
  'signing-desk': 'desk',
  treasurer: 'trea',
  'budget-office': 'budg',
  'district-operator': 'dist',
  'village-operator': 'vill',
  inspector: 'insp',
  'branch-officer': 'offi',
  'branch-head': 'head',
  administrator: 'admin',
};

/**
 * Each cell has three signs: what is answered about things of the own office, of the partner in an agreement,
 * and of strangers.
 *
 *   +  it is answered: as the contract says, or with the rule of the business that is next
 *   .  it is answered, and tells nothing of those things
 *   0  as if they did not exist (404)
 *   x  refused, because it is somebody else's (403)
 *
 * In brackets: this role may not use the route at all, and the API's gate says so (403). What stands inside is
 * what PostgreSQL lets through when the gate is left open. The timeline reads the rows of the audit, so whoever
 * sees an agreement would see them; the clock is of no office, and moves in an installation for training only.
 */
const MATRIX = matrixOf(`
                   legal prop  appr  desk  trea  budg  dist  vill  insp  offi  head  admin

getSession          +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++
listSessions        +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++
endSession          000   000   000   000   000   000   000   000   000   000   000   000
getReference        +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++
getClock            +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++
listRegions         +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++
listOffices         +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++
listPolicies        +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++   +++

createOffice       (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx)  +xx
updateOffice       (000) (000) (000) (000) (000) (000) (000) (000) (000) (000) (000)  +00
setUpRegion        (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx)  +xx
listHolders         ++.   ++.   ++.   ++.   ++.   ++.   ++.   ++.   ++.   ++.   ++.   +..
appointHolder       +xx  (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx)  +xx   +xx
relieveHolder       +00  (000) (000) (000) (000) (000) (000) (000) (000) (000)  +00   +00
completeHandover    +00  (000) (000) (000) (000) (000) (000) (000) (000) (000)  +00   +00

listUsers           +..   +..   +..   +..   +..   +..   +..   +..   +..   +..   +..   +..
createUser         (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx)  +xx
addMembership      (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx)  +00
endMembership      (000) (000) (000) (000) (000) (000) (000) (000) (000) (000) (000)  +00
correctEmail       (000) (000) (000) (000) (000) (000) (000) (000) (000) (000) (000)  +00
resetPassword      (000) (000) (000) (000) (000) (000) (000) (000) (000) (000) (000)  +00
closeAccount       (000) (000) (000) (000) (000) (000) (000) (000) (000) (000) (000)  +00
listSecurityEvents (...) (...) (...) (...) (...) (...) (...) (...) (...) (...) (...)  +..

listAgreements      ++.   ++.   ++.   ++.   ++.   ++.   ++.   ++.   ++.   ++.   ++.  (...)
getAgreement        ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0  (000)
getTimeline         ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0  (000)
getMilestones       ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0   ++0  (000)
createAgreement     +xx   +xx  (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx)  +xx   +xx  (xxx)
renewAgreement      +x0   +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0   +x0  (000)
submitAgreement     +x0   +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0   +x0  (000)
returnAgreement     +x0   +x0   +x0   +x0  (xx0) (xx0) (xx0) (xx0) (xx0)  +x0   +x0  (000)
passTurn            +x0   +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0   +x0  (000)
approveAgreement    +x0  (xx0)  +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0  (000)
recordNumber        +x0   +x0  (xx0)  +x0  (xx0) (xx0) (xx0) (xx0) (xx0)  +x0   +x0  (000)
signAgreement       +x0   +x0  (xx0)  +x0  (xx0) (xx0) (xx0) (xx0) (xx0)  +x0   +x0  (000)
correctTitle        +x0   +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0   +x0  (000)
correctNumber       +x0   +x0  (xx0)  +x0  (xx0) (xx0) (xx0) (xx0) (xx0)  +x0   +x0  (000)
correctSignature    +x0   +x0  (xx0)  +x0  (xx0) (xx0) (xx0) (xx0) (xx0)  +x0   +x0  (000)
changeDates         +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0  (000)
confirmChange       +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0  (000)
declineChange       +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0  (000)
withdrawAgreement   +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0  (000)
terminateAgreement  +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0  (000)
keepInForce         +x0  (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0) (xx0)  +x0  (000)

listMails           +..   +..   +..   +..  (...) (...) (...) (...)  +..   +..   +..   +..
getMail             +00   +00   +00   +00  (000) (000) (000) (000)  +00   +00   +00   +00
getMailTrouble      +++   +++   +++   +++  (+++) (+++) (+++) (+++)  +++   +++   +++   +++
sendMailAgain       +00   +00  (x00) (x00) (000) (000) (000) (000) (x00)  +00   +00   +00
listAudit           ++.  (++.) (++.) (++.) (++.) (++.) (++.) (++.)  ++.  (++.)  ++.  (...)
getAuditAnchor      +++  (...) (...) (...) (...) (...) (...) (...)  +++  (...)  +++   +++
publishPolicy      (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx) (xxx)
advanceClock        +++  (+++) (+++) (+++) (+++) (+++) (+++) (+++) (+++) (+++)  +++   +++
`);

const OPERATIONS = CONTRACT.map(({ operationId }) => operationId);

let api: Api;
let world: World;
let gateIsOpen = false;
beforeAll(async () => {
  api = await anApi(TODAY, {
    gate: (route, principal) => {
      if (!gateIsOpen) policyGate(route, principal);
    },
    sessionsKept: 600_000,
  });
  world = await aWorld(api);
});
afterAll(() => api.stop());

describe('the matrix', () => {
  test('has a row for every route and a column for every role', () => {
    expect([...MATRIX.rows.keys()].sort()).toEqual([...OPERATIONS].sort());
    expect(Object.keys(ATTEMPTS).sort()).toEqual([...OPERATIONS].sort());
    expect(MATRIX.columns).toEqual(ROLES.map((role) => COLUMNS[role]));
  });

  test.each(OPERATIONS)('says who is answered: %s', async (operation) => {
    const replies = await everybodyTries(operation);

    const expected = cellsOf(operation).map((cell) => (isClosed(cell) ? '---' : cell));
    expect(cellsIn(operation, replies)).toEqual(byColumn(ROLES, expected));
    expect(leaksIn(replies)).toEqual([]);
  });
});

describe('with the gate left open', () => {
  const CLOSED = OPERATIONS.filter((operation) => cellsOf(operation).some(isClosed));
  let before: unknown;
  beforeAll(async () => {
    gateIsOpen = true;
    before = await fingerprints();
  });
  afterAll(() => {
    gateIsOpen = false;
  });

  test.each(CLOSED)(
    'row policies alone answer as it says, and nothing changes: %s',
    async (operation) => {
      const refused = ROLES.filter((_role, at) => isClosed(cellsOf(operation)[at] ?? ''));

      const replies = await everybodyTries(operation, refused);

      const heard = Object.entries(cellsIn(operation, replies)).map(
        ([column, cell]) => [column, cell.replaceAll('-', 'x')] as const,
      );
      const expected = cellsOf(operation).filter(isClosed);
      expect(Object.fromEntries(heard)).toEqual(
        byColumn(
          refused,
          expected.map((cell) => cell.slice(1, -1)),
        ),
      );
      expect(leaksIn(replies)).toEqual([]);
      expect(await fingerprints()).toEqual(before);
    },
  );

  // Every table as one number, but for the register of places and what each request and sign-in leaves.
  async function fingerprints(): Promise<unknown> {
    const beside = ['region', 'idempotency', 'auth.session', 'auth.security_event'];
    const tables = Object.keys(TABLES).filter((table) => !beside.includes(table));
    const sums = tables.map(
      (table) => `(select md5(coalesce(string_agg(t::text, ',' order by t::text), ''))
        from ${table} t) as "${table}"`,
    );
    const [row] = await api.rows(`select ${sums.join(', ')}`);
    return row;
  }
});

/**
 * What row policies hide in each table: rows about things of one side, and the cell in which the policies alone
 * empty them. A table that the serving role has no right on at all is `denied`; what everybody reads is a register.
 */
type Cell = [operation: string, role: Role, place: Place];
type Hidden = [rows: string, ...cell: Cell];
const TABLES: Record<string, Hidden | 'denied' | 'register'> = {
  _prisma_migrations: 'denied',
  _rights: 'denied',
  acquaintance: [
    'select from acquaintance where office_id = :office',
    'listHolders',
    'legal',
    'foreign',
  ],
  agreement: ['select from agreement where id = :agreement', 'getAgreement', 'legal', 'foreign'],
  agreement_area: [
    'select from agreement_area where agreement_id = :agreement',
    'getAgreement',
    'proposer',
    'foreign',
  ],
  audit_event: [
    'select from audit_event where agreement_id = :agreement',
    'listAudit',
    'inspector',
    'foreign',
  ],
  audit_head: [
    "select from audit_head where subject = concat('agreement/', :agreement)",
    'getTimeline',
    'legal',
    'foreign',
  ],
  audit_seal: ['select from audit_seal', 'getAuditAnchor', 'treasurer', 'own'],
  'auth.account': 'denied',
  'auth.security_event': [
    'select from auth.security_event where user_id = :user',
    'listSecurityEvents',
    'administrator',
    'foreign',
  ],
  'auth.session': 'denied',
  'auth.user': ['select from auth.user where id = :user', 'listUsers', 'administrator', 'foreign'],
  'auth.verification': 'denied',
  calendar: 'register',
  change_event: [
    'select from change_event where subject_id = :agreement',
    'getAgreement',
    'branch-head',
    'foreign',
  ],
  engine_message: [
    "insert into engine_message (kind, payload) values ('rules-published', '{}') returning id",
    'publishPolicy',
    'administrator',
    'own',
  ],
  evidence: [
    'select from evidence where agreement_id = :agreement',
    'getTimeline',
    'branch-officer',
    'foreign',
  ],
  former_name: [
    'select from former_name where subject = :holder',
    'listHolders',
    'legal',
    'foreign',
  ],
  handover: ['select from handover where id = :handover', 'completeHandover', 'legal', 'foreign'],
  idempotency: [
    'select from idempotency where principal = :user',
    'createAgreement',
    'proposer',
    'foreign',
  ],
  installation: 'register',
  mail_trouble: 'register',
  membership: [
    'select from membership where id = :membership',
    'endMembership',
    'administrator',
    'foreign',
  ],
  note: ['select from note where agreement_id = :agreement', 'getTimeline', 'proposer', 'foreign'],
  number_reservation: [
    'select from number_reservation where agreement_id = :agreement',
    'getAgreement',
    'signing-desk',
    'foreign',
  ],
  office: [
    'update office set name = name where id = :office returning id',
    'updateOffice',
    'administrator',
    'partner',
  ],
  office_holder: [
    'select from office_holder where id = :holder',
    'listHolders',
    'legal',
    'foreign',
  ],
  outbox: ['select from outbox where id = :mail', 'getMail', 'legal', 'partner'],
  permission: 'register',
  planned_milestone: [
    'select from planned_milestone where entity_id = :agreement',
    'getMilestones',
    'legal',
    'foreign',
  ],
  region: 'register',
  reminder_policy: [
    "insert into reminder_policy (version, days_before, mail_hour, source) values (9, '{1}', 8, '') returning version",
    'publishPolicy',
    'administrator',
    'own',
  ],
  renewal_reservation: [
    'select from renewal_reservation where predecessor_id = :agreement',
    'renewAgreement',
    'legal',
    'foreign',
  ],
  reservation_answer: 'denied',
  signature_reservation: [
    'select from signature_reservation where agreement_id = :agreement',
    'signAgreement',
    'signing-desk',
    'foreign',
  ],
  submitting_office: [
    'select from submitting_office where agreement_id = :agreement',
    'getAgreement',
    'legal',
    'foreign',
  ],
  term_reservation: 'denied',
};

/**
 * What the serving role may write, and whose: a statement, as somebody of this role, about things of the own office,
 * of the partner and of strangers. Hints carry ids only, so whoever is signed in may leave one.
 */
const WRITTEN: Record<string, [role: Role, allowed: string, statement: string]> = {
  'INSERT change_event': [
    'legal',
    '+++',
    "insert into change_event (topic, subject_id) values ('agreement', :agreement)",
  ],
  'INSERT engine_message': [
    'administrator',
    '000',
    "insert into engine_message (kind, payload) values ('rules-published', '{}')",
  ],
  'INSERT evidence': [
    'legal',
    '+00',
    "insert into evidence (id, agreement_id, letter_number, letter_day, office_id, author_id) values (gen_random_uuid(), :agreement, 'x', '2024-01-08', :office, 'a-legal')",
  ],
  'UPDATE evidence': [
    'proposer',
    '+00',
    'update evidence set document_id = gen_random_uuid() where agreement_id = :agreement',
  ],
  'INSERT handover': [
    'legal',
    '+00',
    "insert into handover (id, office_id, outgoing_id, incoming_id, opened_on) values (gen_random_uuid(), :office, :holder, :holder, '2024-01-08')",
  ],
  'UPDATE handover': [
    'legal',
    '+00',
    "update handover set done_on = '2024-01-08' where id = :handover",
  ],
  'INSERT idempotency': [
    'proposer',
    '000',
    "insert into idempotency (principal, key, route, body_hash, command_id) values (:user, 'a-key', 'test', '', gen_random_uuid())",
  ],
  'UPDATE idempotency': [
    'proposer',
    '000',
    'update idempotency set status = 200 where principal = :user',
  ],
  'INSERT membership': [
    'administrator',
    '+00',
    "insert into membership (id, user_id, office_id, role, from_day) values (gen_random_uuid(), :user, :home, 'treasurer', '2024-01-08')",
  ],
  'UPDATE membership': [
    'administrator',
    '+00',
    "update membership set until_day = '2024-12-31' where id = :membership",
  ],
  'INSERT note': [
    'legal',
    '+00',
    "insert into note (id, agreement_id, kind, text, office_id, author_id, visibility) values (gen_random_uuid(), :agreement, 'remark', 'x', :office, 'a-legal', 'shared')",
  ],
  'INSERT office': [
    'administrator',
    '+00',
    "insert into office (id, institution_id, path, kind, name, parent_id) select gen_random_uuid(), id, '{}', case kind when 'government' then 'opd' else 'bpjs-branch' end, 'Contoh', id from office where id = :root",
  ],
  'UPDATE office': ['administrator', '+00', 'update office set name = name where id = :office'],
  'INSERT office_holder': [
    'legal',
    '+00',
    "insert into office_holder (id, office_id, person_name, position, capacity, from_day, signs, decree_number, decree_day) values (gen_random_uuid(), :office, 'x', 'x', 'plt', '2024-01-08', '{}', 'x', '2024-01-08')",
  ],
  'UPDATE office_holder': [
    'legal',
    '+00',
    "update office_holder set until_day = '2024-12-31' where id = :holder",
  ],
  'UPDATE outbox': ['legal', '+00', "update outbox set state = 'queued' where id = :mail"],
  'INSERT reminder_policy': [
    'administrator',
    '000',
    "insert into reminder_policy (version, days_before, mail_hour, source) values (9, '{1}', 8, '')",
  ],
};

describe('a table', () => {
  let asApp: pg.Pool;
  let asOwner: pg.Pool;
  beforeAll(() => {
    asOwner = new pg.Pool({ connectionString: api.engine.ownerUrl, max: 1 });
    asApp = new pg.Pool({
      connectionString: urlOf('mapalus_app', api.engine.ownerUrl, TEST_SECRET),
      max: 1,
    });
    gateIsOpen = true;
  });
  afterAll(async () => {
    gateIsOpen = false;
    await Promise.all([asApp.end(), asOwner.end()]);
  });

  test('says what row policies hide in it', async () => {
    const tables = await api.rows<{ name: string }>(
      `select case table_schema when 'public' then '' else table_schema || '.' end || table_name as name
       from information_schema.tables where table_schema in ('public', 'auth') order by 1`,
    );

    expect(tables.map(({ name }) => name).sort()).toEqual(Object.keys(TABLES).sort());
  });

  test('that is hidden shows a cell that its row policies alone empty', async () => {
    const printed: string[] = [];
    const wrong: unknown[] = [];
    for (const [table, hidden] of Object.entries(TABLES)) {
      const shown =
        typeof hidden === 'string' ? await openTo(table, hidden) : await emptied(table, hidden);
      if (shown.isWrong) wrong.push(shown.line);
      printed.push(shown.line);
    }
    console.info(printed.join('\n'));

    expect(wrong).toEqual([]);
  });

  test('shows nobody anything but the rules of the installation', async () => {
    const seen: string[] = [];
    for (const table of Object.keys(TABLES)) {
      if ((await changedBy('', `select from ${table} limit 1`)) === 1) seen.push(table);
    }

    expect(seen).toEqual(['calendar', 'installation', 'mail_trouble', 'reminder_policy']);
  });

  test('that can be written has a row for it, and takes what is one’s own alone', async () => {
    await api.rows(`update outbox set state = 'failed'`);
    const granted = await api.rows<{ what: string }>(
      `select distinct privilege_type || ' ' || case table_schema when 'public' then '' else table_schema || '.' end
         || table_name as what
       from information_schema.column_privileges where grantee = 'mapalus_app'
         and privilege_type in ('INSERT', 'UPDATE')
       union select privilege_type || ' ' || table_name from information_schema.table_privileges
       where grantee = 'mapalus_app' and privilege_type not in ('INSERT', 'UPDATE', 'SELECT')`,
    );

    const heard: Record<string, string> = {};
    for (const [what, [role, , statement]] of Object.entries(WRITTEN)) {
      const signs: string[] = [];
      for (const place of PLACES) {
        const changed = await changedBy(`a-${role}`, about(world.ground(role, place), statement));
        signs.push(changed === 0 || changed === 'denied' ? '0' : '+');
      }
      heard[what] = signs.join('');
    }

    expect(granted.map(({ what }) => what).sort()).toEqual(Object.keys(WRITTEN).sort());
    expect(heard).toEqual(
      Object.fromEntries(Object.entries(WRITTEN).map(([what, [, allowed]]) => [what, allowed])),
    );
  });

  // A table in which row policies hide nothing: it is closed altogether, or open to whoever is signed in.
  async function openTo(table: string, to: 'denied' | 'register') {
    const seen = await changedBy('a-legal', `select from ${table} limit 1`);
    const isWrong = seen !== (to === 'denied' ? 'denied' : 1);
    return { isWrong, line: `${table.padEnd(24)}${to}` };
  }

  // The rows that a cell is about are there, and for whoever tries they are not; nor for nobody.
  async function emptied(table: string, [rows, operation, role, place]: Hidden) {
    const on = world.ground(role, place);
    const there = await changedBy(null, about(on, rows));
    const seen = await changedBy(`a-${role}`, about(on, rows));
    const byNobody = await changedBy('', about(on, rows));
    const sign = signOf(operation, await ask(await world.of(role), requestOf(operation, on)), on);
    const isEmpty = [seen, byNobody].every((found) => found === 0 || found === 'denied');
    return {
      isWrong: there === 0 || !isEmpty || sign === '+',
      line: `${table.padEnd(24)}${operation} × ${role} × ${place}: ${sign}, ${seen} of ${there} rows`,
    };
  }

  // How many rows a statement finds or changes for this person, or for the owner. Nothing stays.
  async function changedBy(userId: string | null, statement: string): Promise<number | 'denied'> {
    const client = await (userId === null ? asOwner : asApp).connect();
    try {
      await client.query('begin');
      if (userId !== null) {
        await client.query('select act_as($1, $2)', [userId, userId === '' ? null : TODAY]);
      }
      return (await client.query(statement)).rowCount ?? 0;
    } catch (error) {
      if ((error as { code?: string }).code === '42501') return 'denied';
      throw error;
    } finally {
      await client.query('rollback');
      client.release();
    }
  }
});

describe('a route', () => {
  test.each(OPERATIONS)('asks who is there, and what they are: %s', async (operation) => {
    const on = world.ground('legal', 'own');
    const request = requestOf(operation, on);

    const anonymous = await ask(api.anonymous, request);
    const withoutRole = await ask(await api.as('stranger'), request);

    const isEverybodys = routeNamed(operation).access === 'signed-in';
    expect(anonymous.body).toMatchObject({ status: 401, code: 'NotSignedIn' });
    expect(signOf(operation, withoutRole, on)).toBe(
      isEverybodys ? cellsOf(operation)[0]?.[0] : '-',
    );
  });

  describe('before a forced change of password', () => {
    let newcomer: Caller;
    beforeAll(async () => {
      await api.rows(`update auth."user" set must_change_password = true where id = 'desk-mitra'`);
      newcomer = await api.as('desk-mitra');
    });

    test.each(OPERATIONS)('is closed but for the session: %s', async (operation) => {
      const reply = await ask(newcomer, requestOf(operation, world.ground('legal', 'own')));

      const { status, body } = reply;
      expect([status, body.code]).toEqual(
        operation === 'getSession' ? [200, undefined] : [403, 'PasswordChangeRequired'],
      );
    });
  });

  const WITH_ID = CONTRACT.filter(({ params }) => params).map(({ operationId }) => operationId);
  test.each(WITH_ID)('answers a foreign id like one that does not exist: %s', async (operation) => {
    const role = ROLES.find((_role, at) => /^..0$/.test(cellsOf(operation)[at] ?? '')) as Role;
    const caller = await world.of(role);
    const foreign = requestOf(operation, world.ground(role, 'foreign'));
    const withId = (id: string) => ({
      ...foreign,
      path: routeNamed(operation).path.replace('{id}', id),
    });

    const replies = [
      await ask(caller, foreign),
      await ask(caller, withId(randomUUID())),
      await ask(caller, withId('not-an-id!')),
    ];

    const [first, second, third] = replies.map(withoutRequest);
    expect(first).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });
});

type Heard = { role: Role; place: Place; reply: Reply };

// Somebody of each role, at things of each side. The same request of the same person is sent once.
async function everybodyTries(operation: string, roles: readonly Role[] = ROLES): Promise<Heard[]> {
  const heard = roles.map(async (role) => {
    const caller = await world.of(role);
    const sent = new Map<string, Promise<Reply>>();
    return Promise.all(
      PLACES.map(async (place) => {
        const request = requestOf(operation, world.ground(role, place));
        const same = JSON.stringify(request);
        const replied = sent.get(same) ?? ask(caller, request);
        sent.set(same, replied);
        return { role, place, reply: await replied };
      }),
    );
  });
  return (await Promise.all(heard)).flat();
}

/** What was heard, as cells of the matrix by their columns. */
function cellsIn(operation: string, heard: Heard[]): Record<string, string> {
  const cells: Record<string, string> = {};
  for (const { role, place, reply } of heard) {
    const sign = signOf(operation, reply, world.ground(role, place));
    cells[COLUMNS[role]] = (cells[COLUMNS[role]] ?? '') + sign;
  }
  return cells;
}

function signOf(operation: string, { status, body, ...reply }: Reply, on: Ground): string {
  const { answered = routeNamed(operation).answer.status, tells } = ATTEMPTS[operation] ?? {};
  if (status === answered) return !tells || tells({ status, body, ...reply }, on) ? '+' : '.';
  if (status === 404) return '0';
  if (status === 403) return body.code === 'NotPermitted' ? '-' : 'x';
  return `[${status} ${body.code}]`;
}

function leaksIn(heard: Heard[]): unknown[] {
  return heard.filter(({ reply }) => reply.text.includes(SECRET));
}

function isClosed(cell: string): boolean {
  return cell.startsWith('(');
}

function cellsOf(operation: string): string[] {
  return MATRIX.rows.get(operation) ?? [];
}

function byColumn(roles: readonly Role[], cells: readonly string[]): Record<string, string> {
  return Object.fromEntries(roles.map((role, at) => [COLUMNS[role], cells[at] ?? '']));
}

function matrixOf(written: string): { columns: string[]; rows: Map<string, string[]> } {
  const [columns = [], ...rows] = written
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
  return { columns, rows: new Map(rows.map(([operation = '', ...cells]) => [operation, cells])) };
}

/** A statement with the ids of what it is aimed at in place of their names. */
function about(on: Ground, statement: string): string {
  return statement.replace(/:(\w+)/g, (_all, what: string) => `'${on[what as keyof Ground]}'`);
}

function withoutRequest({ status, body }: Reply) {
  return { status, body: { ...body, requestId: '' } };
}
