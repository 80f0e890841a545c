/** Regions, offices, office holders and users. */
import { z } from 'zod';
import { ADDED_KINDS, CAPACITIES, OFFICE_KINDS } from '../../domain/office/office.ts';
import { ROLES } from '../../domain/office/roles.ts';
import { defineRoute } from '../http/route.ts';
import { SAMPLES } from '../http/samples.ts';
import {
  Day,
  Email,
  Id,
  line,
  PageQuery,
  pageOf,
  RegionCode,
  UserId,
  Zone,
} from '../http/shapes.ts';

const Role = z.enum(ROLES);
const OfficeKind = z.enum(OFFICE_KINDS);

export const Membership = z
  .object({
    id: Id,
    role: Role,
    office: z.object({ id: Id, name: z.string(), kind: OfficeKind, institution: z.string() }),
    from: Day,
    until: Day.nullable(),
  })
  .meta({ id: 'Membership' });

export const Region = z
  .object({
    code: RegionCode,
    name: z.string(),
    level: z.int(),
    zone: Zone,
    parent: RegionCode.nullable(),
  })
  .meta({ id: 'Region' });

export const listRegions = defineRoute({
  operationId: 'listRegions',
  method: 'get',
  path: '/regions',
  summary: 'Provinces, regencies, districts and villages by their ministry codes.',
  access: 'signed-in',
  query: z.strictObject({
    ...PageQuery,
    parent: RegionCode.optional(),
    level: z.coerce.number().int().min(1).max(4).optional(),
    q: line(100).optional(),
  }),
  answer: { status: 200, body: pageOf(Region) },
});

export const Office = z
  .object({
    id: Id,
    kind: OfficeKind,
    name: z.string(),
    region: RegionCode.nullable(),
    parent: z.object({ id: Id, name: z.string() }).nullable(),
    institution: z.object({ id: Id, name: z.string() }),
    mailbox: z.email().nullable(),
  })
  .meta({ id: 'Office' });

export const listOffices = defineRoute({
  operationId: 'listOffices',
  method: 'get',
  path: '/offices',
  summary: 'The offices of both trees.',
  access: 'signed-in',
  query: z.strictObject({
    ...PageQuery,
    q: line(100).optional(),
    kind: OfficeKind.optional(),
    region: RegionCode.optional(),
    institution: Id.optional(),
    /** Only offices for which you may do this. */
    actingFor: z
      .enum(['agreement.create', 'holder.write', 'user.write', 'office.write'])
      .optional(),
  }),
  answer: { status: 200, body: pageOf(Office) },
});

export const createOffice = defineRoute({
  operationId: 'createOffice',
  method: 'post',
  path: '/offices',
  summary: 'Add an office below another, or a new root.',
  access: ['office.write'],
  body: z.strictObject({
    kind: z.enum(ADDED_KINDS),
    name: line(200),
    parent: Id.nullable().default(null),
    region: RegionCode.nullable().default(null),
    mailbox: Email.nullable().default(null),
  }),
  answer: { status: 201, body: Office },
  idempotent: true,
  located: true,
  example: {
    kind: 'opd',
    name: 'Dinas Perikanan (contoh)',
    parent: SAMPLES.government,
    region: '71.07',
  },
});

export const updateOffice = defineRoute({
  operationId: 'updateOffice',
  method: 'patch',
  path: '/offices/{id}',
  summary: "Change an office's name or mailbox.",
  access: ['office.write'],
  params: z.object({ id: Id }),
  body: z.strictObject({
    name: line(200).optional(),
    mailbox: Email.nullable().optional(),
  }),
  answer: { status: 200, body: Office },
  example: { mailbox: 'dinas@pemkab.example' },
});

export const OfficeHolder = z
  .object({
    id: Id,
    office: z.object({ id: Id, name: z.string() }),
    personName: z.string(),
    position: z.string(),
    capacity: z.enum(CAPACITIES),
    from: Day,
    until: Day.nullable(),
    signs: z.array(z.enum(['mou', 'pks'])),
    decree: z.object({ number: z.string(), date: Day }),
    userId: UserId.nullable(),
    /** The roles of the same person's account that end with this office, as far as you may end them. */
    roles: z.array(Membership),
  })
  .meta({ id: 'OfficeHolder' });

/** An office holder, with the roles that ended because somebody left. */
const ChangedHolder = OfficeHolder.extend({ endedRoles: z.array(Membership) });

const Leaving = {
  /** Roles of the one who leaves that go on, on purpose. All others end with the office. */
  keepRoles: z.array(Id).max(100).default([]),
  /** Beside somebody else who definitively holds the office at the same time. */
  alongside: z.boolean().default(false),
};

export const listHolders = defineRoute({
  operationId: 'listHolders',
  method: 'get',
  path: '/office-holders',
  summary: 'Who holds which office, with what they may sign.',
  access: ['agreement.read', 'holder.write'],
  query: z.strictObject({
    ...PageQuery,
    office: Id.optional(),
    /** Holders that may sign for this party: its own, and those of the offices above it. */
    signsFor: Id.optional(),
    on: Day.optional(),
  }),
  answer: { status: 200, body: pageOf(OfficeHolder) },
  leads: { getAgreement: { signsFor: '/parties/0/id' } },
});

export const appointHolder = defineRoute({
  operationId: 'appointHolder',
  method: 'post',
  path: '/office-holders',
  summary:
    'Enter an office holder. Replacing one ends the roles of their account, opens a hand-over task, ' +
    'and ends no agreement.',
  access: ['holder.write'],
  body: z.strictObject({
    office: Id,
    personName: line(200),
    position: line(100),
    capacity: z.enum(CAPACITIES),
    from: Day,
    until: Day.nullable().default(null),
    signs: z.array(z.enum(['mou', 'pks'])).max(2),
    decree: z.strictObject({ number: line(200), date: Day }),
    userId: UserId.nullable().default(null),
    replaces: Id.nullable().default(null),
    ...Leaving,
  }),
  answer: { status: 201, body: ChangedHolder },
  idempotent: true,
  located: true,
  example: {
    office: SAMPLES.office,
    personName: 'Ratna Contoh',
    position: 'Sekretaris',
    capacity: 'plt',
    from: '2025-01-06',
    signs: ['pks'],
    decree: { number: 'SK-CONTOH-9/2025', date: '2025-01-02' },
    alongside: true,
  },
});

export const relieveHolder = defineRoute({
  operationId: 'relieveHolder',
  method: 'post',
  path: '/office-holders/{id}/endings',
  summary: "Enter the last day of an office holder's time; the roles of their account end with it.",
  access: ['holder.write'],
  params: z.object({ id: Id }),
  body: z.strictObject({ until: Day, ...Leaving }),
  answer: { status: 200, body: ChangedHolder },
  idempotent: true,
  example: { until: '2026-12-31' },
});

export const completeHandover = defineRoute({
  operationId: 'completeHandover',
  method: 'post',
  path: '/handovers/{id}/completions',
  summary: 'Say that the new office holder has taken over.',
  access: ['holder.write'],
  params: z.object({ id: Id }),
  body: z.strictObject({}),
  answer: { status: 204 },
  idempotent: true,
  example: {},
  leads: { getAgreement: { id: '/handovers/0/id' } },
});

export const User = z
  .object({
    id: UserId,
    name: z.string(),
    /** Told of the accounts that you keep: those at home in your offices. */
    email: z.email().nullable(),
    /** Whether one can sign in with the account. */
    isOpen: z.boolean(),
    memberships: z.array(Membership),
  })
  .meta({ id: 'User' });

const NewMembership = z.strictObject({
  office: Id,
  role: Role,
  from: Day.optional(),
  /** The last day, where it is known from the first, as for those who audit. */
  until: Day.nullable().default(null),
});

export const listUsers = defineRoute({
  operationId: 'listUsers',
  method: 'get',
  path: '/users',
  summary: 'The people of your offices.',
  access: ['user.read'],
  query: z.strictObject({ ...PageQuery, q: line(100).optional(), office: Id.optional() }),
  answer: { status: 200, body: pageOf(User) },
  leads: { listOffices: { office: '/items/0/id' } },
});

export const createUser = defineRoute({
  operationId: 'createUser',
  method: 'post',
  path: '/users',
  summary: 'Make an account with its first roles; its one-time password is answered once.',
  access: ['user.write'],
  body: z.strictObject({
    name: line(200),
    email: Email,
    memberships: z.array(NewMembership).min(1).max(20),
  }),
  answer: { status: 201, body: User.extend({ oneTimePassword: z.string() }) },
  example: {
    name: 'Ratna Contoh',
    email: 'ratna@pemkab.example',
    memberships: [{ office: SAMPLES.office, role: 'inspector' }],
  },
  heavy: true,
});

export const addMembership = defineRoute({
  operationId: 'addMembership',
  method: 'post',
  path: '/users/{id}/memberships',
  summary: 'Give somebody a role in an office.',
  access: ['user.write'],
  params: z.object({ id: UserId }),
  body: NewMembership,
  answer: { status: 201, body: User },
  idempotent: true,
  example: { office: SAMPLES.office, role: 'treasurer' },
});

export const endMembership = defineRoute({
  operationId: 'endMembership',
  method: 'post',
  path: '/memberships/{id}/endings',
  summary: 'End a role, at once or with a last day; that is today unless another is given.',
  access: ['user.write'],
  params: z.object({ id: Id }),
  body: z.strictObject({ until: z.union([Day, z.literal('now')]).optional() }),
  answer: { status: 204 },
  idempotent: true,
  example: { until: 'now' },
  leads: {
    createUser: { id: '/memberships/0/id' },
    addMembership: { id: '/memberships/0/id' },
    listUsers: { id: '/items/0/memberships/0/id' },
  },
});

export const correctEmail = defineRoute({
  operationId: 'correctEmail',
  method: 'patch',
  path: '/users/{id}',
  summary: 'Correct the address of an account; mails that wait go to it, and it signs in by it.',
  access: ['user.write'],
  params: z.object({ id: UserId }),
  body: z.strictObject({ email: Email }),
  answer: { status: 200, body: User },
  example: { email: 'ratna.baru@pemkab.example' },
});

export const resetPassword = defineRoute({
  operationId: 'resetPassword',
  method: 'post',
  path: '/users/{id}/password-resets',
  summary: 'Give an account a new one-time password; it is answered once.',
  access: ['user.write'],
  params: z.object({ id: UserId }),
  body: z.strictObject({}),
  answer: { status: 201, body: z.object({ oneTimePassword: z.string() }) },
  example: {},
  heavy: true,
});

export const closeAccount = defineRoute({
  operationId: 'closeAccount',
  method: 'post',
  path: '/users/{id}/closings',
  summary: 'Close an account: its sessions and roles end at once. A new password opens it again.',
  access: ['user.write'],
  params: z.object({ id: UserId }),
  body: z.strictObject({}),
  answer: { status: 204 },
  idempotent: true,
  example: {},
});

// Rows of a set-up are named by whoever sends it, so that rows refer to each other and refusals name
// them: `holders.regent.personName`.
const Row = z.string().regex(/^[a-zA-Z][a-zA-Z0-9-]{0,39}$/);
const rows = <Shape extends z.ZodType>(shape: Shape) =>
  z
    .record(Row, shape)
    .refine((all) => Object.keys(all).length <= 50, { error: 'tooManyRows' })
    .default({});
const RoleInRow = z.strictObject({ office: Row, role: Role });
const Piece = z.object({
  id: z.string(),
  /** `found` where it was there before; an account that is found is given its role. */
  outcome: z.enum(['made', 'found']),
});

export const setUpRegion = defineRoute({
  operationId: 'setUpRegion',
  method: 'post',
  path: '/set-ups',
  summary:
    'Set up offices with their holders and people, all or nothing. What is there already is found. ' +
    'One-time passwords are answered once: a repetition tells none.',
  access: ['office.write'],
  body: z.strictObject({
    /** Each after the office it stands below. */
    offices: rows(createOffice.body.extend({ parent: Row.nullable().default(null) })),
    holders: rows(
      appointHolder.body
        .omit({ userId: true, replaces: true, keepRoles: true })
        .extend({ office: Row }),
    ),
    /** Roles for yourself. */
    ownRoles: rows(RoleInRow),
    accounts: rows(createUser.body.omit({ memberships: true }).extend(RoleInRow.shape)),
  }),
  answer: {
    status: 201,
    body: z.object({
      offices: z.record(Row, Piece),
      holders: z.record(Row, Piece),
      ownRoles: z.record(Row, Piece),
      accounts: z.record(Row, Piece.extend({ oneTimePassword: z.string().nullable() })),
    }),
  },
  idempotent: true,
  example: {
    offices: {
      regency: { kind: 'government', name: 'Pemerintah Kabupaten Contoh', region: '71.02' },
      labour: { kind: 'opd', name: 'Dinas Tenaga Kerja', region: '71.02', parent: 'regency' },
    },
    holders: {
      regent: {
        office: 'regency',
        personName: 'Bernard Contoh',
        position: 'Bupati',
        capacity: 'definitif',
        from: '2025-02-20',
        signs: ['mou', 'pks'],
        decree: { number: 'SK-CONTOH-10/2025', date: '2025-02-17' },
      },
    },
    ownRoles: { 'as-administrator': { office: 'regency', role: 'administrator' } },
    accounts: {
      proposer: {
        name: 'Novita Contoh',
        email: 'novita@kabupaten.example',
        office: 'labour',
        role: 'proposer',
      },
    },
  },
  heavy: true,
});
