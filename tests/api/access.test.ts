/**
 * Who may use what: every route, tried by every role, in the right office and in the same office
 * of another government or branch. The table of who may is written by hand; a new route fails
 * until it stands here.
 */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp, implementations } from '../../api/app.ts';
import { defineRoute } from '../../api/http/route.ts';
import type { ApiParts } from '../../api/parts.ts';
import { ROLES } from '../../domain/office/roles.ts';
import type { Role } from '../../domain/office/roles.ts';
import { anApi } from '../support/api.ts';
import type { Api, Caller, Reply } from '../support/api.ts';
import { ATTEMPTS, attempt, aWorld, SECRET, TODAY } from '../support/attempts.ts';
import type { Ground, World } from '../support/attempts.ts';
import { CONTRACT, routeNamed } from '../support/contract.ts';

const EVERYBODY = [...ROLES];
const DRAFTERS: Role[] = ['legal', 'proposer', 'branch-officer', 'branch-head'];
const READERS = EVERYBODY.filter((role) => role !== 'administrator');
const HEADS: Role[] = ['legal', 'branch-head'];
const WITH_ADMINISTRATOR: Role[] = [...HEADS, 'administrator'];
const SIGNERS: Role[] = [...DRAFTERS, 'signing-desk'];
const MAIL_READERS: Role[] = [...SIGNERS, 'approver', 'inspector', 'administrator'];

/** Who passes, and what they hear of the attempt at home (own) and of somebody else's (foreign). */
type Pass = { who: Role[]; own: number; foreign: number };

const everybody = { who: EVERYBODY, own: 200, foreign: 200 };
const readers = { who: READERS, own: 200, foreign: 404 };
const commanding = (who: Role[]) => ({ who, own: 412, foreign: 404 });

const PASSES: Record<string, Pass> = {
  getSession: everybody,
  listSessions: everybody,
  // Everybody ends their own sessions only.
  endSession: { who: EVERYBODY, own: 404, foreign: 404 },
  listSecurityEvents: { who: ['administrator'], own: 200, foreign: 200 },
  listRegions: everybody,
  listOffices: everybody,
  listPolicies: everybody,
  getClock: everybody,
  getReference: everybody,
  createOffice: { who: ['administrator'], own: 422, foreign: 403 },
  updateOffice: { who: ['administrator'], own: 200, foreign: 404 },
  listHolders: { who: EVERYBODY, own: 200, foreign: 200 },
  appointHolder: { who: WITH_ADMINISTRATOR, own: 422, foreign: 403 },
  relieveHolder: { who: WITH_ADMINISTRATOR, own: 422, foreign: 404 },
  completeHandover: { who: WITH_ADMINISTRATOR, own: 204, foreign: 404 },
  listUsers: { who: EVERYBODY, own: 200, foreign: 200 },
  createUser: { who: ['administrator'], own: 409, foreign: 403 },
  setUpRegion: { who: ['administrator'], own: 422, foreign: 403 },
  addMembership: { who: ['administrator'], own: 201, foreign: 404 },
  endMembership: { who: ['administrator'], own: 422, foreign: 404 },
  correctEmail: { who: ['administrator'], own: 200, foreign: 404 },
  closeAccount: { who: ['administrator'], own: 204, foreign: 404 },
  resetPassword: { who: ['administrator'], own: 201, foreign: 404 },
  listAgreements: { who: READERS, own: 200, foreign: 200 },
  createAgreement: { who: DRAFTERS, own: 422, foreign: 403 },
  getAgreement: readers,
  getTimeline: readers,
  getMilestones: readers,
  submitAgreement: commanding(DRAFTERS),
  returnAgreement: commanding([...SIGNERS, 'approver']),
  passTurn: commanding(DRAFTERS),
  approveAgreement: commanding(['legal', 'approver', 'branch-head']),
  recordNumber: commanding(SIGNERS),
  signAgreement: commanding(SIGNERS),
  changeDates: commanding(HEADS),
  correctTitle: commanding(DRAFTERS),
  correctNumber: commanding(SIGNERS),
  correctSignature: commanding(SIGNERS),
  confirmChange: commanding(HEADS),
  declineChange: commanding(HEADS),
  keepInForce: commanding(HEADS),
  withdrawAgreement: commanding(HEADS),
  terminateAgreement: commanding(HEADS),
  renewAgreement: { who: DRAFTERS, own: 409, foreign: 404 },
  listMails: { who: MAIL_READERS, own: 200, foreign: 200 },
  getMailTrouble: { who: MAIL_READERS, own: 200, foreign: 200 },
  getMail: { who: MAIL_READERS, own: 200, foreign: 404 },
  sendMailAgain: { who: [...DRAFTERS, 'administrator'], own: 409, foreign: 404 },
  listAudit: { who: [...HEADS, 'inspector'], own: 200, foreign: 200 },
  getAuditAnchor: { who: [...WITH_ADMINISTRATOR, 'inspector'], own: 200, foreign: 200 },
  // The operator's administrators alone; those of a government pass the gate and no further.
  publishPolicy: { who: [], own: 403, foreign: 403 },
  advanceClock: { who: WITH_ADMINISTRATOR, own: 422, foreign: 422 },
};

const OPERATIONS = CONTRACT.map(({ operationId }) => operationId);

describe('a route', () => {
  let api: Api;
  let world: World;
  let anybody: Ground;
  beforeAll(async () => {
    api = await anApi(TODAY);
    world = await aWorld(api);
    anybody = world.ground('legal', 'own');
  });
  afterAll(() => api.stop());

  test('stands in the table of who may use it', () => {
    expect(Object.keys(PASSES).sort()).toEqual([...OPERATIONS].sort());
    expect(Object.keys(ATTEMPTS).sort()).toEqual([...OPERATIONS].sort());
  });

  test.each(OPERATIONS)('lets pass whom it should: %s', async (operation) => {
    const { who, own, foreign } = PASSES[operation] as Pass;
    const tried = async (role: Role, place: 'own' | 'wrong') => {
      const caller = await world.of(role, place);
      return statusOf(await attempt(caller, operation, world.ground(role, place)));
    };

    const heard = await Promise.all(
      ROLES.map(async (role) => [role, [await tried(role, 'own'), await tried(role, 'wrong')]]),
    );

    const refused = ['403 NotPermitted', '403 NotPermitted'];
    expect(Object.fromEntries(heard)).toEqual(
      Object.fromEntries(
        ROLES.map((role) => [role, who.includes(role) ? [`${own}`, `${foreign}`] : refused]),
      ),
    );
  });

  test.each(OPERATIONS)('shows nothing of others: %s', async (operation) => {
    const replies = await Promise.all(
      ROLES.map(async (role) =>
        attempt(await world.of(role, 'wrong'), operation, world.ground(role, 'wrong')),
      ),
    );

    const leaks = replies.filter(
      ({ text }) => text.includes(SECRET) || text.includes(world.agreement),
    );
    expect(leaks).toEqual([]);
  });

  test.each(OPERATIONS)('asks who is there: %s', async (operation) => {
    const reply = await attempt(api.anonymous, operation, anybody);

    expect(reply.body).toMatchObject({ status: 401, code: 'NotSignedIn' });
  });

  test.each(OPERATIONS)(
    'gives a person without a role what is everybody’s: %s',
    async (operation) => {
      const reply = await attempt(await api.as('stranger'), operation, anybody);

      const { own } = PASSES[operation] as Pass;
      const isEverybodys = routeNamed(operation).access === 'signed-in';
      const expected = isEverybodys ? `${own}` : '403 NotPermitted';
      expect(statusOf(reply)).toBe(expected);
    },
  );

  describe('before a forced change of password', () => {
    let newcomer: Caller;
    beforeAll(async () => {
      newcomer = await api.as('legal-mitra');
      await api.rows(`update auth."user" set must_change_password = true where id = 'legal-mitra'`);
    });

    test.each(OPERATIONS)('is closed but for the session: %s', async (operation) => {
      const reply = await attempt(newcomer, operation, anybody);

      const expected = operation === 'getSession' ? '200' : '403 PasswordChangeRequired';
      expect(statusOf(reply)).toBe(expected);
    });
  });

  const WITH_ID = CONTRACT.filter(({ params }) => params).map(({ operationId }) => operationId);
  test.each(WITH_ID)('answers a foreign id like one that does not exist: %s', async (operation) => {
    const role = PASSES[operation]?.who.find((each) => !each.startsWith('branch')) as Role;
    const caller = await world.of(role, 'wrong');
    const foreign = world.ground(role, 'wrong');
    const nowhere = Object.fromEntries(
      Object.entries(foreign).map(([what, id]) => [
        what,
        ['office', 'government', 'home'].includes(what) ? id : randomUUID(),
      ]),
    ) as Ground;
    const impossible = { ...nowhere, ...idsAs('not-an-id!') };
    // The office is itself what this route changes.
    if (operation === 'updateOffice') nowhere.office = randomUUID();

    const replies = [
      await attempt(caller, operation, foreign),
      await attempt(caller, operation, nowhere),
      await attempt(caller, operation, impossible),
    ];

    const [first, second, third] = replies.map(withoutRequest);
    expect(first).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });
});

describe('the application', () => {
  // What the application looks at while it is put together.
  const $context = Promise.resolve({ authCookies: { sessionToken: { name: '' } }, secret: '' });
  const parts = {
    signIn: { handler: () => undefined, $context },
    announcements: { subscribe: () => () => undefined },
  } as unknown as ApiParts;
  const options = { log: pino({ level: 'silent' }), baseUrl: 'http://mapalus.test' };

  test('has no route beside those of the table, its sign-in, health and description', () => {
    const mounted = routesOf(createApp(parts, { ...options, pages: '/nowhere' }).router, '');

    const told = implementations(parts).flatMap(({ route }) => {
      const at = `/api/v1${route.path.replace(/\{(\w+)\}/g, ':$1')}`;
      return [`${route.method} ${at}`, `* ${at}`];
    });
    const beside = [
      'get /livez',
      'get /readyz',
      'get /metrics',
      'post /api/auth/sign-in/email',
      'post /api/auth/sign-out',
      'post /api/auth/change-password',
      'get /api/v1/openapi.json',
      'get /api/v1/events',
      'get /{*page}',
    ];
    expect(new Set(mounted)).toEqual(new Set([...told, ...beside]));
  });

  test('has nothing else mounted that could answer', () => {
    const { stack } = createApp(parts, { ...options, pages: '/nowhere' }).router;

    const plain = stack.filter(({ route, handle }) => !route && !('stack' in handle));
    const paths = plain.map((layer) => (layer as unknown as { rawPath: string }).rawPath);
    // Numbering, measuring, headers, what is kept; then what is closed below a path; pages, errors.
    expect(paths).toEqual([
      ...['/', '/', '/', '/api', '/api'],
      '/api/auth',
      ...['/api/v1', '/api/v1'],
      '/api',
      ...['/assets', '/', '/', '/'],
    ]);
  });

  test('implements each route of the contract once', () => {
    const names = implementations(parts).map(({ route }) => route.operationId);

    expect(names.sort()).toEqual([...OPERATIONS].sort());
  });

  test('knows the access of every route, or does not compile', () => {
    // @ts-expect-error -- a route says who may use it
    const route = defineRoute({
      operationId: 'withoutAccess',
      method: 'get',
      path: '/without-access',
      summary: 'Nobody said who may use it.',
      answer: { status: 200 },
    });

    expect(route).not.toHaveProperty('access');
    expect(CONTRACT.filter(({ access }) => access === 'public')).toEqual([]);
    expect(CONTRACT.every(({ access }) => access === 'signed-in' || access.length > 0)).toBe(true);
  });
});

type ListedRoute = { path: string; methods?: string[]; router?: { listRoutes: unknown } };

function routesOf(router: object, below: string): string[] {
  const listed = (router as { listRoutes: () => ListedRoute[] }).listRoutes();
  return listed.flatMap(({ path, methods = [], router: inner }) => {
    const at = `${below}${path}`.replace(/\/$/, '');
    if (inner) return routesOf(inner, at === '/' ? '' : at);
    // Every GET answers HEAD as well.
    const own = methods.filter((method) => method.toLowerCase() !== 'head');
    return own.map((method) => `${method.toLowerCase()} ${at}`);
  });
}

// A refusal of the gate is told apart from one of the offices by its code.
function statusOf({ status, body }: Reply): string {
  const atTheGate = ['NotPermitted', 'PasswordChangeRequired'];
  return atTheGate.includes(body?.code) ? `${status} ${body.code}` : `${status}`;
}

function withoutRequest({ status, body }: Reply) {
  return { status, body: { ...body, requestId: '' } };
}

function idsAs(id: string) {
  return {
    agreement: id,
    holder: id,
    handover: id,
    user: id,
    membership: id,
    session: id,
    mail: id,
    office: id,
  };
}
