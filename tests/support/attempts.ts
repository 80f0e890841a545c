/**
 * One attempt at each route, and what it is aimed at: things of the own office, of the partner in an
 * agreement, and of strangers. Somebody of every role tries them.
 */
import { randomUUID } from 'node:crypto';
import type { Role } from '../../domain/office/roles.ts';
import { anAgreement } from './agreements.ts';
import type { Api, Caller, Reply } from './api.ts';
import { holders, offices } from './cast.ts';
import type { OfficeName } from './cast.ts';
import { routeNamed } from './contract.ts';
import { recorded, recordedAndRunning } from './agreements-over-http.ts';

/** What nobody but its own people may ever read; every title, name, number and address begins with it. */
export const SECRET = 'Rahasia';

export const TODAY = '2024-01-08';

/** Whose things an attempt is aimed at, as seen from the office of whoever tries. */
export const PLACES = ['own', 'partner', 'foreign'] as const;
export type Place = (typeof PLACES)[number];

/** Where each role sits: on the side of the government, or in its branch of BPJS. */
export const HOMES: Record<Role, OfficeName> = {
  legal: 'mitraLegal',
  proposer: 'mitraLabour',
  approver: 'mitraLegal',
  'signing-desk': 'mitra',
  treasurer: 'mitraLabour',
  'budget-office': 'mitra',
  'district-operator': 'mitra',
  'village-operator': 'mitraLabour',
  inspector: 'mitra',
  'branch-officer': 'tondano',
  'branch-head': 'tondano',
  administrator: 'mitra',
};

// The two sides of the agreements that are shared, and those on whose things nobody here has a claim.
const SIDES = {
  government: { at: 'mitraLabour', root: 'mitra', holder: holders.labourHeadMitra },
  branch: { at: 'tondano', root: 'bpjs', holder: holders.headTondano },
  otherGovernment: { at: 'minahasaLabour', root: 'minahasa', holder: holders.labourHeadMinahasa },
  otherBranch: { at: 'manado', root: 'bpjs', holder: holders.headManado },
} as const;
type Side = keyof typeof SIDES;

const SEEN_FROM: Record<'government' | 'branch', Record<Place, Side>> = {
  government: { own: 'government', partner: 'branch', foreign: 'otherGovernment' },
  branch: { own: 'branch', partner: 'government', foreign: 'otherBranch' },
};

/** What the things of a side are called: what begins with SECRET belongs to strangers. */
const MARKS: Record<Side, string> = {
  government: 'Milik Mitra',
  branch: 'Milik Tondano',
  otherGovernment: SECRET,
  otherBranch: SECRET,
};

/** What an attempt aims at: things of one side. */
export type Ground = {
  mark: string;
  agreement: string;
  office: string;
  /** The first office of its institution, its kind and name. */
  root: string;
  rootKind: 'government' | 'bpjs-head-office';
  rootName: string;
  holder: string;
  handover: string;
  user: string;
  membership: string;
  mail: string;
  /** Of the user above, who is signed in somewhere. */
  session: string;
  /** The office in which whoever tries really is. */
  home: string;
  /** The office for which an attempt claims to act, where it is aimed at what partners do. */
  actingFor: string | undefined;
};

/** One attempt: what is asked or sent, and how it is known that it was answered. */
export type Attempt = {
  query?: (on: Ground) => string;
  body?: (on: Ground) => object;
  /** The status of those who may, when it is not that of the contract: a rule of the business is next. */
  answered?: number;
  /** Of a list: whether it tells anything of what the attempt is aimed at. */
  tells?: (reply: Reply, on: Ground) => boolean;
};

// Given to every command: no command of a version like this changes anything.
const NO_SUCH_VERSION = { 'If-Match': '"999999"' };
const WRONG_VERSION = { answered: 412 };
const letter = { number: '1/2024', date: TODAY };
const before = '1990-01-01';

const marked = ({ text }: Reply, { mark }: Ground) => text.includes(mark);
const named = ({ text }: Reply, { agreement }: Ground) => text.includes(agreement);

/**
 * One attempt at each route; where it may succeed it leaves things as they were. A route without a body
 * is asked as it stands, a command is given for the version that there is not.
 */
export const ATTEMPTS: Record<string, Attempt> = {
  getSession: {},
  listSessions: {},
  // Everybody ends their own sessions only, and this is nobody's who tries.
  endSession: {},
  listSecurityEvents: { query: ({ user }) => `limit=100&user=${user}`, tells: marked },
  listRegions: { query: () => 'level=1' },
  listOffices: { query: () => 'limit=100' },
  createOffice: {
    body: ({ root, rootKind }) => ({
      kind: rootKind === 'government' ? 'opd' : 'bpjs-branch',
      name: 'Contoh',
      parent: root,
      region: '99',
    }),
    answered: 422,
  },
  updateOffice: { body: () => ({ mailbox: null }) },
  listHolders: { query: ({ office }) => `limit=100&office=${office}`, tells: marked },
  appointHolder: {
    body: ({ office }) => ({
      office,
      personName: 'Contoh',
      position: 'Kepala',
      capacity: 'plt',
      from: TODAY,
      until: before,
      signs: [],
      decree: letter,
    }),
    answered: 422,
  },
  relieveHolder: { body: () => ({ until: before }), answered: 422 },
  completeHandover: {},
  listUsers: { query: ({ office }) => `limit=100&office=${office}`, tells: marked },
  createUser: {
    body: ({ office }) => ({
      name: 'Contoh',
      email: 'stranger@example.test',
      memberships: [{ office, role: 'legal' }],
    }),
    answered: 409,
  },
  setUpRegion: {
    body: ({ rootKind, rootName }) => ({
      offices: {
        root: { kind: rootKind, name: rootName },
        opd: { kind: 'opd', name: 'Contoh', parent: 'root', region: '99' },
      },
    }),
    answered: 422,
  },
  addMembership: {
    body: ({ home }) => ({ office: home, role: 'inspector', from: '2020-01-01' }),
  },
  endMembership: { body: () => ({ until: before }), answered: 422 },
  correctEmail: { body: () => ({ email: `${randomUUID()}@example.test` }) },
  // A person who is there and may be closed: nobody else is aimed at in the right office.
  closeAccount: {},
  resetPassword: {},
  listAgreements: { query: ({ office }) => `limit=100&desk=${office}`, tells: named },
  createAgreement: {
    body: ({ office }) => ({
      kind: 'pks',
      title: 'Contoh',
      form: 'perjanjian-kerja-sama',
      legalBasis: 'ksdpk',
      term: { start: TODAY, end: '2024-12-31' },
      region: '99.99',
      proposer: office,
      parties: [{ office, side: 'government' }],
    }),
    answered: 422,
  },
  getAgreement: {},
  getTimeline: {},
  getMilestones: {},
  submitAgreement: { body: acting(), ...WRONG_VERSION },
  returnAgreement: { body: acting({ reason: 'Contoh' }), ...WRONG_VERSION },
  passTurn: { body: acting({ to: offices.mitraLabour }), ...WRONG_VERSION },
  approveAgreement: { body: acting({ step: 'hukum' }), ...WRONG_VERSION },
  recordNumber: {
    body: (on) => ({ ...acting()(on), party: on.office, number: '9/2024', dated: TODAY }),
    ...WRONG_VERSION,
  },
  signAgreement: {
    body: (on) => ({ ...acting()(on), party: on.office, actedBy: on.holder, signedOn: TODAY }),
    ...WRONG_VERSION,
  },
  changeDates: {
    body: acting({ term: { start: TODAY, end: '2024-11-30' }, reason: 'Contoh' }),
    ...WRONG_VERSION,
  },
  correctTitle: { body: acting({ title: 'Contoh', reason: 'Contoh' }), ...WRONG_VERSION },
  correctNumber: {
    body: (on) => ({ ...acting()(on), party: on.office, correct: null, reason: 'Contoh' }),
    ...WRONG_VERSION,
  },
  correctSignature: {
    body: (on) => ({ ...acting()(on), party: on.office, correct: null, reason: 'Contoh' }),
    ...WRONG_VERSION,
  },
  confirmChange: { body: (on) => ({ ...acting()(on), change: on.agreement }), ...WRONG_VERSION },
  declineChange: {
    body: (on) => ({ ...acting()(on), change: on.agreement, reason: 'Contoh' }),
    ...WRONG_VERSION,
  },
  withdrawAgreement: { body: acting({ reason: 'Contoh' }), ...WRONG_VERSION },
  terminateAgreement: {
    body: acting({ evidence: letter, reason: 'agreed-by-parties', lastDay: TODAY }),
    ...WRONG_VERSION,
  },
  keepInForce: { body: acting({ reason: 'Contoh' }), ...WRONG_VERSION },
  renewAgreement: {
    body: ({ office }) => ({ term: { start: '2025-01-01', end: '2025-12-31' }, office }),
    answered: 409,
  },
  listMails: { query: ({ agreement }) => `limit=100&agreement=${agreement}`, tells: marked },
  getMailTrouble: {},
  getMail: {},
  sendMailAgain: { answered: 409 },
  listAudit: { query: ({ agreement }) => `limit=100&agreement=${agreement}`, tells: named },
  getAuditAnchor: { tells: ({ body }) => body !== null },
  listPolicies: {},
  publishPolicy: { body: () => ({ daysBefore: [10], mailHour: 7 }) },
  getClock: {},
  advanceClock: { body: () => ({ to: before }), answered: 422 },
  getReference: {},
};

function acting(rest: object = {}) {
  return ({ actingFor }: Ground) => ({ ...rest, office: actingFor });
}

/** What stands in the address of a route, by what it begins with. */
const IN_PATH: Record<string, keyof Ground> = {
  agreements: 'agreement',
  handovers: 'handover',
  memberships: 'membership',
  offices: 'office',
  'office-holders': 'holder',
  outbox: 'mail',
  sessions: 'session',
  users: 'user',
};

type Request = { method: string; path: string; body: object | undefined };

/** An attempt at a route as it is sent. */
export function requestOf(operationId: string, on: Ground): Request {
  const { method, path } = routeNamed(operationId);
  const { query, body } = ATTEMPTS[operationId] ?? {};
  const [, first = ''] = path.split('/');
  const id = on[IN_PATH[first] ?? 'agreement'] ?? '';
  return {
    method,
    path: path.replace('{id}', id) + (query ? `?${query(on)}` : ''),
    body: body?.(on),
  };
}

/** Sends it. */
export function ask(caller: Caller, { method, path, body }: Request): Promise<Reply> {
  if (method === 'get') return caller.get(path);
  if (method === 'patch') return caller.patch(path, body);
  return caller.post(path, body, NO_SUCH_VERSION);
}

export type World = {
  /** Somebody of this role, at home. */
  of: (role: Role) => Promise<Caller>;
  /** What somebody of this role tries to reach. */
  ground: (role: Role, place: Place) => Ground;
};

/** Fills an installation with things to be reached on every side, and with somebody of every role. */
export async function aWorld(api: Api): Promise<World> {
  for (const [role, office] of Object.entries(HOMES)) {
    await somebody(api, { id: `a-${role}`, name: `Contoh ${role}`, office: offices[office], role });
  }
  const parties = (one: 'mitraLabour' | 'minahasaLabour', other: 'tondano' | 'manado') => [
    { id: offices[one], side: 'government' as const, outside: false },
    { id: offices[other], side: 'bpjs' as const, outside: false },
  ];
  const shared = { on: TODAY, parties: parties('mitraLabour', 'tondano') };
  const byBranch = { proposer: offices.tondano, proposingParty: offices.tondano };
  const elsewhere = {
    proposer: offices.minahasaLabour,
    proposingParty: offices.minahasaLabour,
    parties: parties('minahasaLabour', 'manado'),
    approvals: [{ id: 'hukum', offices: [offices.minahasaLegal], after: [] }],
    region: '71.02',
  };
  const ours = await recordedAndRunning(api, anAgreement(shared), `${MARKS.government} PKS`);
  const theirs = await recordedAndRunning(
    api,
    anAgreement({ ...shared, ...byBranch }),
    `${MARKS.branch} PKS`,
  );
  const strangers = await recorded(
    api,
    anAgreement({ on: TODAY, ...elsewhere }),
    `${MARKS.otherGovernment} PKS`,
  );
  const agreements: Record<Side, string> = {
    government: ours.id,
    branch: theirs.id,
    otherGovernment: strangers.id,
    otherBranch: strangers.id,
  };
  const things = {} as Record<Side, Awaited<ReturnType<typeof thingsOf>>>;
  for (const side of Object.keys(SIDES) as Side[]) {
    things[side] = await thingsOf(api, side, agreements[side]);
  }
  const mails = new Map<string, string>();
  for (const office of new Set(Object.values(HOMES))) {
    const side = office === 'tondano' ? 'branch' : 'government';
    mails.set(office, await mailTo(api, side, agreements[side], office));
  }
  await api.rows('select seal_audit()');
  await api.rows(`insert into mail_trouble (code, cause) values ('server-silent', 'test')`);
  const callers = new Map<Role, Promise<Caller>>();

  return {
    of: (role) => {
      const known = callers.get(role) ?? api.signIn(`a-${role}@example.test`);
      callers.set(role, known);
      return known;
    },
    ground: (role, place) => {
      const home = HOMES[role];
      const side = SEEN_FROM[home === 'tondano' ? 'branch' : 'government'][place];
      const aimed = things[side];
      const mail = place === 'own' ? (mails.get(home) ?? '') : aimed.mail;
      const actingFor = place === 'partner' ? aimed.office : undefined;
      return { ...aimed, mail, actingFor, home: offices[home] };
    },
  };
}

async function somebody(
  api: Api,
  { id, name, office, role }: { id: string; name: string; office: string; role: string },
): Promise<string> {
  await api.rows(
    `insert into auth."user" (id, name, email, email_verified, updated_at)
     values ($1, $2, $1 || '@example.test', true, now())`,
    [id, name],
  );
  await api.rows(
    `insert into auth.account (id, account_id, provider_id, user_id, password, updated_at)
     select $1, $1, 'credential', $1, password, now() from auth.account where user_id = 'stranger'`,
    [id],
  );
  const [membership] = await api.rows(
    `insert into membership (id, user_id, office_id, role, from_day)
     values (gen_random_uuid(), $1, $2, $3, '2020-01-01') returning id`,
    [id, office, role],
  );
  return membership.id;
}

// One row in every table about one side, as far as the world of the tests needs none that the engine made.
async function thingsOf(api: Api, side: Side, agreement: string) {
  const { at, root, holder } = SIDES[side];
  const mark = MARKS[side];
  const office = offices[at];
  const user = `spare-${at}`;
  const name = `${mark} ${user}`;
  const membership = await somebody(api, { id: user, name, office, role: 'village-operator' });
  await api.rows(
    `update office_holder set person_name = '${mark} ' || person_name, decree_number = '${mark}-SK'
     where id = $1`,
    [holder],
  );
  const [handover] = await api.rows(
    `insert into handover (id, office_id, outgoing_id, incoming_id, opened_on)
     values (gen_random_uuid(), $1, $2, $2, '2024-01-08') returning id`,
    [office, holder],
  );
  const session = `session-${at}`;
  await api.rows(
    `insert into auth.session (id, token, expires_at, user_id, user_agent, updated_at)
     values ($1, $1, now() + interval '1 hour', $2, $3, now())`,
    [session, user, `${mark} browser`],
  );
  await api.rows(
    `insert into auth.security_event (kind, code, user_id, office_id)
     values ('role-given', '${mark} code', $1, $2)`,
    [user, office],
  );
  await api.rows(
    `insert into evidence (id, agreement_id, letter_number, letter_day, office_id, author_id)
     values (gen_random_uuid(), $1, '${mark}-S', '2024-01-08', $2, $3)`,
    [agreement, office, user],
  );
  await api.rows(
    `insert into number_reservation (command_id, agreement_id, party_id, kind, year, number, number_key, dated)
     values (gen_random_uuid(), $1, $2, 'pks', 2024, '${mark}/1', '${mark}/1', '2024-01-08')`,
    [agreement, office],
  );
  await api.rows(
    `insert into signature_reservation (command_id, agreement_id, party_id, holder_id, signed_on)
     values (gen_random_uuid(), $1, $2, $3, '2024-01-08')`,
    [agreement, office, holder],
  );
  await api.rows(
    `insert into submitting_office (agreement_id, office_id) values ($1, $2) on conflict do nothing`,
    [agreement, office],
  );
  await api.rows(
    `insert into idempotency (principal, key, route, body_hash, command_id, entity_id)
     values ($1, $2, 'test', '', gen_random_uuid(), $3)`,
    [user, `key-of-${user}`, agreement],
  );
  await api.rows('update note set office_id = $1 where agreement_id = $2', [office, agreement]);
  if (side === 'otherGovernment') await planned(api, agreement);
  const [{ kind: rootKind, name: rootName }] = await api.rows(
    'select kind, name from office where id = $1',
    [offices[root]],
  );
  return {
    mark,
    agreement,
    office,
    root: offices[root],
    rootKind: rootKind as Ground['rootKind'],
    rootName: rootName as string,
    holder,
    handover: handover.id as string,
    user,
    membership,
    session,
    mail: await mailTo(api, side, agreement, at),
  };
}

// What the engine would plan and reserve for an agreement that has come further; it runs by no workflow.
async function planned(api: Api, agreement: string): Promise<void> {
  await api.rows(
    `insert into planned_milestone (entity_id, key, place, source, kind, due_day, due_at)
     values ($1, 'expiry', 0, 'agreement', 'expiry', '2024-12-31', '2025-01-01')`,
    [agreement],
  );
  await api.rows(
    'insert into renewal_reservation (predecessor_id, successor_id) values ($1, gen_random_uuid())',
    [agreement],
  );
}

async function mailTo(
  api: Api,
  side: Side,
  agreement: string,
  office: OfficeName,
): Promise<string> {
  const id = randomUUID();
  const mark = MARKS[side];
  await api.rows(
    `insert into outbox (id, agreement_id, cause_key, template, content, office_id, user_id,
       to_address, message_id, not_before, subject, html, text, request_id, business_day, state, offices)
     values ($1::uuid, $2, $1::text, 'your-turn', '{}', $3, null, '${mark}@example.test', $1::text,
       '2024-01-08T01:00:00Z', '${mark} subject', '${mark} html', '${mark} text', 'req-test',
       '2024-01-08', 'sent', array[$3::uuid])`,
    [id, agreement, offices[office]],
  );
  return id;
}
