/**
 * Setting up a region: offices of both sides, office holders and people, one after another. Each
 * piece is looked for before it is made, so that the whole can be repeated after an error.
 */
import type { Day } from '../../../../domain/shared/day.ts';
import type { AddedKind, Capacity } from '../../../../domain/office/office.ts';
import type { Role } from '../../../../domain/office/roles.ts';
import { call } from '../../../connection/call.ts';
import { freshKey } from '../../../connection/fresh-key.ts';

/** The offices that a region needs for its first agreement. */
export const OFFICES = ['government', 'legal', 'opd', 'headOffice', 'branch'] as const;
export type OfficeKey = (typeof OFFICES)[number];

/** The office holders who sign or approve on paper, and for which office. */
export const HOLDERS = {
  regent: { office: 'government', signs: ['mou', 'pks'] },
  opdHead: { office: 'opd', signs: ['pks'] },
  legalHead: { office: 'legal', signs: [] },
  branchHead: { office: 'branch', signs: ['mou', 'pks'] },
} as const satisfies Record<string, { office: OfficeKey; signs: readonly ('mou' | 'pks')[] }>;
export type HolderKey = keyof typeof HOLDERS;

/** The roles that carry an agreement from proposal to signing, and in which office. */
export const PLACES = {
  proposer: { office: 'opd', role: 'proposer' },
  legal: { office: 'legal', role: 'legal' },
  approver: { office: 'legal', role: 'approver' },
  officer: { office: 'branch', role: 'branch-officer' },
  head: { office: 'branch', role: 'branch-head' },
} as const satisfies Record<string, { office: OfficeKey; role: Role }>;
export type PlaceKey = keyof typeof PLACES;

export type HolderDraft = {
  personName: string;
  position: string;
  capacity: Capacity;
  from: Day;
  decreeNumber: string;
  decreeDate: Day;
};

export type SetUpDraft = {
  region: { id: string; name: string } | null;
  offices: Record<OfficeKey, string>;
  holders: Record<HolderKey, HolderDraft>;
  /** Whether one tries it alone, or makes accounts for the people who will do it. */
  people: 'me' | 'others';
  accounts: Record<PlaceKey, { name: string; email: string }>;
};

/** A piece of the set-up by what it is, so that its name can be said in words. */
export type Task = { key: string; what: 'office' | 'holder' | 'role' | 'account'; name: string };

/** What became of a piece. */
export type Outcome = 'made' | 'found';

/** A one-time password that was made on the way, to be handed over. */
export type MadePassword = { name: string; email: string; password: string };

/** Every piece of a set-up, in the order in which they can be made. */
export function tasksOf({ offices, holders, people, accounts }: SetUpDraft): Task[] {
  const places = Object.keys(PLACES) as PlaceKey[];
  return [
    ...OFFICES.map((key) => ({ key, what: 'office' as const, name: offices[key] })),
    ...(Object.keys(HOLDERS) as HolderKey[]).map((key) => ({
      key,
      what: 'holder' as const,
      name: holders[key].personName,
    })),
    ...(people === 'me'
      ? places.map((key) => ({ key, what: 'role' as const, name: PLACES[key].role }))
      : places
          .filter((key) => accounts[key].email.trim() !== '')
          .map((key) => ({ key, what: 'account' as const, name: accounts[key].name }))),
  ];
}

const KINDS: Record<OfficeKey, AddedKind> = {
  government: 'government',
  legal: 'setda-division',
  opd: 'opd',
  headOffice: 'bpjs-head-office',
  branch: 'bpjs-branch',
};

const PARENTS: Record<OfficeKey, OfficeKey | null> = {
  government: null,
  legal: 'government',
  opd: 'government',
  headOffice: null,
  branch: 'headOffice',
};

/** Carries out a set-up piece by piece, in the order of its tasks. */
export function createSetUp(
  draft: SetUpDraft,
  { userId, keys }: { userId: string; keys: Map<string, string> },
) {
  const ids = new Map<OfficeKey, string>();
  const passwords: MadePassword[] = [];

  return {
    passwords,
    carryOut(task: Task): Promise<Outcome> {
      switch (task.what) {
        case 'office':
          return ensureOffice(task.key as OfficeKey);
        case 'holder':
          return ensureHolder(task.key as HolderKey);
        case 'role':
          return ensureRole(userId, task.key as PlaceKey);
        case 'account':
          return ensureAccount(task.key as PlaceKey);
      }
    },
  };

  async function ensureOffice(key: OfficeKey): Promise<Outcome> {
    const name = draft.offices[key].trim();
    const above = PARENTS[key];
    const parent = above === null ? null : idOf(above);
    const { items } = await call('get /offices', {
      query: { q: name, kind: KINDS[key], limit: 100 },
    });
    const found = items.find(
      (office) => office.name === name && (office.parent?.id ?? null) === parent,
    );
    if (found) {
      ids.set(key, found.id);
      return 'found';
    }
    // The head office is nationwide; every other office has the region of the set-up.
    const region = key === 'headOffice' ? null : (draft.region?.id ?? null);
    const body = { kind: KINDS[key], name, parent, region };
    const { id } = await call('post /offices', { body, once: onceFor(body) });
    ids.set(key, id);
    return 'made';
  }

  async function ensureHolder(key: HolderKey): Promise<Outcome> {
    const { personName, position, capacity, from, decreeNumber, decreeDate } = draft.holders[key];
    const { office: at, signs } = HOLDERS[key];
    const office = idOf(at);
    const { items } = await call('get /office-holders', { query: { office, limit: 100 } });
    const isThere = items.some(
      (holder) =>
        holder.personName === personName.trim() &&
        holder.position === position.trim() &&
        holder.until === null,
    );
    if (isThere) return 'found';
    const decree = { number: decreeNumber, date: decreeDate };
    const body = { office, personName, position, capacity, from, signs: [...signs], decree };
    await call('post /office-holders', { body, once: onceFor(body) });
    return 'made';
  }

  async function ensureRole(user: string, key: PlaceKey): Promise<Outcome> {
    const { office: at, role } = PLACES[key];
    const office = idOf(at);
    const { memberships } = await call('get /session', {});
    const has = memberships.some(
      (each) => each.office.id === office && each.role === role && each.until === null,
    );
    if (has) return 'found';
    const body = { office, role };
    await call('post /users/{id}/memberships', {
      params: { id: user },
      body,
      once: onceFor(body),
    });
    return 'made';
  }

  async function ensureAccount(key: PlaceKey): Promise<Outcome> {
    const { name, email } = draft.accounts[key];
    const { office: at, role } = PLACES[key];
    const office = idOf(at);
    const address = email.trim().toLowerCase();
    const { items } = await call('get /users', { query: { q: address, limit: 10 } });
    const known = items.find((user) => user.email.toLowerCase() === address);
    if (!known) {
      const made = await call('post /users', {
        body: { name, email: address, memberships: [{ office, role }] },
      });
      passwords.push({ name, email: made.email, password: made.oneTimePassword });
      return 'made';
    }
    const has = known.memberships.some((each) => each.office.id === office && each.role === role);
    if (has) return 'found';
    const body = { office, role };
    await call('post /users/{id}/memberships', {
      params: { id: known.id },
      body,
      once: onceFor({ ...body, user: known.id }),
    });
    return 'made';
  }

  function idOf(key: OfficeKey): string {
    const id = ids.get(key);
    if (id === undefined) throw new Error(`the office ${key} comes before what belongs to it`);
    return id;
  }

  // The same content keeps its key, so that an answer that got lost does not make it twice.
  function onceFor(body: object): string {
    const content = JSON.stringify(body);
    const once = keys.get(content) ?? freshKey();
    keys.set(content, once);
    return once;
  }
}
