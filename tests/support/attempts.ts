/**
 * One attempt at each route, aimed at things of one government and one branch, and people of every
 * role on both sides: in the office it belongs to, and in the same office elsewhere.
 */
import { randomUUID } from 'node:crypto';
import type { Role } from '../../domain/office/roles.ts';
import { after, anAgreement, theWayToSigning } from './agreements.ts';
import type { Api, Caller, Reply } from './api.ts';
import { holders, offices } from './cast.ts';
import type { OfficeName } from './cast.ts';
import { routeNamed } from './contract.ts';
import { recordedAndRunning } from './agreements-over-http.ts';

/** What nobody elsewhere may ever read; every title, name, number and address begins with it. */
export const SECRET = 'Rahasia';

export const TODAY = '2024-01-08';

export type Place = 'own' | 'wrong';

/** Where each role sits, on the side that the attempts aim at and on the other. */
export const PLACES: Record<Role, Record<Place, OfficeName>> = {
  legal: { own: 'mitraLegal', wrong: 'minahasaLegal' },
  proposer: { own: 'mitraLabour', wrong: 'minahasaLabour' },
  approver: { own: 'mitraLegal', wrong: 'minahasaLegal' },
  'signing-desk': { own: 'mitra', wrong: 'minahasa' },
  treasurer: { own: 'mitraLabour', wrong: 'minahasaLabour' },
  'budget-office': { own: 'mitra', wrong: 'minahasa' },
  'district-operator': { own: 'mitra', wrong: 'minahasa' },
  'village-operator': { own: 'mitraLabour', wrong: 'minahasaLabour' },
  inspector: { own: 'mitra', wrong: 'minahasa' },
  'branch-officer': { own: 'tondano', wrong: 'manado' },
  'branch-head': { own: 'tondano', wrong: 'manado' },
  administrator: { own: 'mitra', wrong: 'minahasa' },
};

/** What an attempt aims at: things of the side on which the role sits when it is at home. */
export type Ground = {
  agreement: string;
  office: string;
  government: string;
  holder: string;
  handover: string;
  user: string;
  membership: string;
  mail: string;
  /** Of the user above, who is signed in somewhere. */
  session: string;
  /** The office in which whoever tries really is. */
  home: string;
};

export type Attempt = {
  path: (on: Ground) => string;
  body?: (on: Ground) => object;
};

// Given to every command: no command of a version like this changes anything.
const NO_SUCH_VERSION = { 'If-Match': '"999999"' };
const letter = { number: '1/2024', date: TODAY };
const before = '1990-01-01';

/** One attempt at each route. Where it may succeed it leaves things as they were. */
export const ATTEMPTS: Record<string, Attempt> = {
  getSession: { path: () => '/session' },
  listSessions: { path: () => '/sessions' },
  endSession: { path: ({ session }) => `/sessions/${session}/endings` },
  listSecurityEvents: { path: () => '/security-events?limit=100' },
  listRegions: { path: () => '/regions?level=1' },
  listOffices: { path: () => '/offices?limit=100' },
  createOffice: {
    path: () => '/offices',
    body: ({ government }) => ({ kind: 'opd', name: 'Contoh', parent: government, region: '99' }),
  },
  updateOffice: { path: ({ office }) => `/offices/${office}`, body: () => ({ mailbox: null }) },
  listHolders: { path: () => '/office-holders?limit=100' },
  appointHolder: {
    path: () => '/office-holders',
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
  },
  relieveHolder: {
    path: ({ holder }) => `/office-holders/${holder}/endings`,
    body: () => ({ until: before }),
  },
  completeHandover: { path: ({ handover }) => `/handovers/${handover}/completions` },
  listUsers: { path: () => '/users?limit=100' },
  createUser: {
    path: () => '/users',
    body: ({ office }) => ({
      name: 'Contoh',
      email: 'stranger@example.test',
      memberships: [{ office, role: 'legal' }],
    }),
  },
  setUpRegion: {
    path: () => '/set-ups',
    body: () => ({
      offices: {
        government: { kind: 'government', name: 'Pemerintah Kabupaten Minahasa Tenggara' },
        opd: { kind: 'opd', name: 'Contoh', parent: 'government', region: '99' },
      },
    }),
  },
  addMembership: {
    path: ({ user }) => `/users/${user}/memberships`,
    body: ({ home }) => ({ office: home, role: 'inspector', from: '2020-01-01' }),
  },
  endMembership: {
    path: ({ membership }) => `/memberships/${membership}/endings`,
    body: () => ({ until: before }),
  },
  correctEmail: {
    path: ({ user }) => `/users/${user}`,
    body: () => ({ email: `${randomUUID()}@example.test` }),
  },
  // A person who is there and may be closed: nobody else is aimed at in the right office.
  closeAccount: { path: ({ user }) => `/users/${user}/closings` },
  resetPassword: { path: ({ user }) => `/users/${user}/password-resets` },
  listAgreements: { path: () => '/agreements?limit=100' },
  createAgreement: {
    path: () => '/agreements',
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
  },
  getAgreement: { path: ({ agreement }) => `/agreements/${agreement}` },
  getTimeline: { path: ({ agreement }) => `/agreements/${agreement}/timeline` },
  getMilestones: { path: ({ agreement }) => `/agreements/${agreement}/milestones` },
  submitAgreement: { path: ({ agreement }) => `/agreements/${agreement}/submissions` },
  returnAgreement: {
    path: ({ agreement }) => `/agreements/${agreement}/returns`,
    body: () => ({ reason: 'Contoh' }),
  },
  passTurn: {
    path: ({ agreement }) => `/agreements/${agreement}/turns`,
    body: ({ office }) => ({ to: office }),
  },
  approveAgreement: {
    path: ({ agreement }) => `/agreements/${agreement}/approvals`,
    body: () => ({ step: 'hukum' }),
  },
  recordNumber: {
    path: ({ agreement }) => `/agreements/${agreement}/numbers`,
    body: ({ office }) => ({ party: office, number: '9/2024', dated: TODAY }),
  },
  signAgreement: {
    path: ({ agreement }) => `/agreements/${agreement}/signatures`,
    body: ({ office, holder }) => ({ party: office, actedBy: holder, signedOn: TODAY }),
  },
  changeDates: {
    path: ({ agreement }) => `/agreements/${agreement}/dates`,
    body: () => ({ term: { start: TODAY, end: '2024-11-30' }, reason: 'Contoh' }),
  },
  correctTitle: {
    path: ({ agreement }) => `/agreements/${agreement}/title-corrections`,
    body: () => ({ title: 'Contoh', reason: 'Contoh' }),
  },
  correctNumber: {
    path: ({ agreement }) => `/agreements/${agreement}/number-corrections`,
    body: ({ office }) => ({ party: office, correct: null, reason: 'Contoh' }),
  },
  correctSignature: {
    path: ({ agreement }) => `/agreements/${agreement}/signature-corrections`,
    body: ({ office }) => ({ party: office, correct: null, reason: 'Contoh' }),
  },
  confirmChange: {
    path: ({ agreement }) => `/agreements/${agreement}/confirmations`,
    body: ({ agreement }) => ({ change: agreement }),
  },
  declineChange: {
    path: ({ agreement }) => `/agreements/${agreement}/rejections`,
    body: ({ agreement }) => ({ change: agreement, reason: 'Contoh' }),
  },
  keepInForce: {
    path: ({ agreement }) => `/agreements/${agreement}/continuations`,
    body: () => ({ reason: 'Contoh' }),
  },
  withdrawAgreement: {
    path: ({ agreement }) => `/agreements/${agreement}/withdrawals`,
    body: () => ({ reason: 'Contoh' }),
  },
  terminateAgreement: {
    path: ({ agreement }) => `/agreements/${agreement}/terminations`,
    body: () => ({ evidence: letter, reason: 'agreed-by-parties', lastDay: TODAY }),
  },
  renewAgreement: {
    path: ({ agreement }) => `/agreements/${agreement}/renewals`,
    body: ({ office }) => ({ term: { start: '2025-01-01', end: '2025-12-31' }, office }),
  },
  listMails: { path: () => '/outbox?limit=100' },
  getMailTrouble: { path: () => '/mail-trouble' },
  getMail: { path: ({ mail }) => `/outbox/${mail}` },
  sendMailAgain: { path: ({ mail }) => `/outbox/${mail}/attempts` },
  listAudit: { path: () => '/audit?limit=100' },
  getAuditAnchor: { path: () => '/audit/anchor' },
  listPolicies: { path: () => '/reminder-policies' },
  publishPolicy: {
    path: () => '/reminder-policies',
    body: () => ({ daysBefore: [10], mailHour: 7 }),
  },
  getClock: { path: () => '/clock' },
  advanceClock: { path: () => '/clock/advance', body: () => ({ to: before }) },
  getReference: { path: () => '/reference' },
};

/** Lets somebody try a route. */
export function attempt(caller: Caller, operationId: string, on: Ground): Promise<Reply> {
  const { method } = routeNamed(operationId);
  const { path, body = () => ({}) } = ATTEMPTS[operationId] as Attempt;
  if (method === 'get') return caller.get(path(on));
  if (method === 'patch') return caller.patch(path(on), body(on));
  return caller.post(path(on), body(on), NO_SUCH_VERSION);
}

export type World = {
  agreement: string;
  /** Somebody of this role, in the right office or in the same one elsewhere. */
  of: (role: Role, place: Place) => Promise<Caller>;
  /** What somebody of this role tries to reach. */
  ground: (role: Role, place: Place) => Ground;
};

/** Fills an installation with things to be reached, and with somebody of every role. */
export async function aWorld(api: Api): Promise<World> {
  await api.rows(
    `update office_holder set person_name = '${SECRET} ' || person_name,
    decree_number = '${SECRET}-SK' where office_id in
    (select id from office where institution_id = $1 or id = $2)`,
    [offices.mitra, offices.tondano],
  );
  const people = Object.keys(PLACES).flatMap((role) =>
    (['own', 'wrong'] as const).map((place) => ({ role: role as Role, place })),
  );
  for (const { role, place } of people) {
    const id = `${place}-${role}`;
    const name = place === 'own' ? `${SECRET} ${id}` : `Contoh ${id}`;
    await somebody(api, { id, name, office: offices[PLACES[role][place]], role });
  }
  const { id: agreement } = await recordedAndRunning(
    api,
    after(anAgreement({ on: TODAY }), theWayToSigning(TODAY).slice(0, 3)),
    `${SECRET} PKS`,
  );
  await api.rows(
    `insert into number_reservation (command_id, agreement_id, party_id, kind, year, number, number_key, dated)
     values (gen_random_uuid(), $1, $2, 'pks', 2024, '${SECRET}/1', '${SECRET}/1', '2024-01-08')`,
    [agreement, offices.mitraLabour],
  );
  await api.rows(
    `insert into evidence (id, agreement_id, letter_number, letter_day, office_id, author_id)
     values (gen_random_uuid(), $1, '${SECRET}-S', '2024-01-08', $2, 'own-proposer')`,
    [agreement, offices.mitraLabour],
  );
  const things = new Map<OfficeName, Omit<Ground, 'home' | 'agreement' | 'mail'>>();
  things.set('mitraLabour', await thingsOf(api, 'mitraLabour', holders.labourHeadMitra));
  things.set('tondano', await thingsOf(api, 'tondano', holders.headTondano));
  const mails = new Map<OfficeName, string>();
  for (const office of ['mitra', 'mitraLegal', 'mitraLabour', 'tondano'] as const) {
    mails.set(office, await mailTo(api, agreement, office));
  }
  await api.rows('select seal_audit()');
  const callers = new Map<string, Promise<Caller>>();

  return {
    agreement,
    of: (role, place) => {
      const known = callers.get(`${place}-${role}`) ?? api.signIn(`${place}-${role}@example.test`);
      callers.set(`${place}-${role}`, known);
      return known;
    },
    ground: (role, place) => {
      const { own } = PLACES[role];
      const aimed = things.get(own === 'tondano' ? 'tondano' : 'mitraLabour');
      const mail = mails.get(own);
      if (!aimed || mail === undefined) throw new Error(`there is nothing to aim at for ${role}`);
      return { ...aimed, agreement, mail, home: offices[PLACES[role][place]] };
    },
  };
}

async function somebody(
  api: Api,
  { id, name, office, role }: { id: string; name: string; office: string; role: Role },
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

async function thingsOf(api: Api, at: 'mitraLabour' | 'tondano', holder: string) {
  const office = offices[at];
  const user = `spare-${at}`;
  const name = `${SECRET} ${user}`;
  const membership = await somebody(api, { id: user, name, office, role: 'village-operator' });
  const [handover] = await api.rows(
    `insert into handover (id, office_id, outgoing_id, incoming_id, opened_on)
     values (gen_random_uuid(), $1, $2, $2, '2024-01-08') returning id`,
    [office, holder],
  );
  const session = `session-${at}`;
  await api.rows(
    `insert into auth.session (id, token, expires_at, user_id, user_agent, updated_at)
     values ($1, $1, now() + interval '1 hour', $2, $3, now())`,
    [session, user, `${SECRET} browser`],
  );
  await api.rows(
    `insert into auth.security_event (kind, code, user_id, by_user_id, office_id)
     values ('role-given', '${SECRET} code', $1, 'own-administrator', $2)`,
    [user, office],
  );
  const government = at === 'tondano' ? offices.bpjs : offices.mitra;
  return { office, government, holder, user, membership, session, handover: handover.id as string };
}

async function mailTo(api: Api, agreement: string, office: OfficeName): Promise<string> {
  const id = randomUUID();
  await api.rows(
    `insert into outbox (id, agreement_id, cause_key, template, content, office_id, user_id,
       to_address, message_id, not_before, subject, html, text, request_id, business_day, state, offices)
     values ($1::uuid, $2, $1::text, 'your-turn', '{}', $3, null, '${SECRET}@example.test', $1::text,
       '2024-01-08T01:00:00Z', '${SECRET} subject', '${SECRET} html', '${SECRET} text', 'req-test',
       '2024-01-08', 'sent', array[$3::uuid])`,
    [id, agreement, offices[office]],
  );
  return id;
}
