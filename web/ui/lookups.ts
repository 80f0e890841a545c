/** What the choosing fields look up. */
import { call } from '../connection/call.ts';
import type { ItemFrom, RequestTo } from '../connection/call.ts';
import type { Day } from '../../domain/shared/day.ts';
import { OFFICE_KINDS } from '../../domain/office/office.ts';
import type { Lookup, Option } from './choice.tsx';

type OfficeQuery = NonNullable<RequestTo<'get /offices'>['query']>;
export type OfficeOption = Option & { office: ItemFrom<'get /offices'> };

/** Offices by name, within what is asked. */
export function offices(
  query: Omit<OfficeQuery, 'q'> = {},
  suits: (office: ItemFrom<'get /offices'>) => boolean = () => true,
): Lookup<OfficeOption> {
  return {
    key: ['offices', query],
    suits: ({ office }) => suits(office),
    find: async (q, signal) => {
      const { items } = await call('get /offices', { query: { ...query, q, limit: 50 }, signal });
      return items.map((office) => ({
        id: office.id,
        name: office.name,
        ...(office.institution.id !== office.id && { about: office.institution.name }),
        office,
      }));
    },
  };
}

/** Offices of BPJS by name, kind by kind: among all offices they are too few to be found. */
export function bpjsOffices(): Lookup<OfficeOption> {
  const lookups = BPJS_KINDS.map((kind) => offices({ kind }));
  return {
    key: ['offices', 'bpjs'],
    find: async (q, signal) =>
      (await Promise.all(lookups.map(({ find }) => find(q, signal)))).flat(),
  };
}

const BPJS_KINDS = OFFICE_KINDS.filter((kind) => kind.startsWith('bpjs'));

export type RegionOption = Option & { region: ItemFrom<'get /regions'> };

/** Regions by name: provinces and regencies unless a level is asked for. */
export function regions(levels: readonly number[] = [1, 2]): Lookup<RegionOption> {
  return {
    key: ['regions', levels],
    find: async (q, signal) => {
      const pages = await Promise.all(
        levels.map((level) => call('get /regions', { query: { q, level, limit: 30 }, signal })),
      );
      const items = pages.flatMap((page) => page.items);
      const parents = new Map(
        pages.flatMap((page) => page.items.map(({ code, name }) => [code, name])),
      );
      return items.map((region) => ({
        id: region.code,
        name: region.name,
        about: [region.code, parents.get(region.parent ?? '')].filter(Boolean).join(' · '),
        region,
      }));
    },
  };
}

/** People by name, among those whose accounts are known here. */
export function people(): Lookup<Option> {
  return {
    key: ['users', 'lookup'],
    find: async (q, signal) => {
      const { items } = await call('get /users', { query: { ...(q && { q }), limit: 30 }, signal });
      return items.map(({ id, name, memberships }) => ({
        id,
        name,
        ...(memberships[0] && { about: memberships[0].office.name }),
      }));
    },
  };
}

export type AgreementOption = Option & { agreement: ItemFrom<'get /agreements'> };

/** Agreements by title or number. */
export function agreements(
  query: NonNullable<RequestTo<'get /agreements'>['query']> = {},
  suits: (agreement: ItemFrom<'get /agreements'>) => boolean = () => true,
): Lookup<AgreementOption> {
  return {
    key: ['agreements', query],
    suits: ({ agreement }) => suits(agreement),
    find: async (q, signal) => {
      const { items } = await call('get /agreements', {
        query: { ...query, q, limit: 30 },
        signal,
      });
      return items.map((agreement) => ({
        id: agreement.id,
        name: agreement.title,
        about: agreement.region.name,
        agreement,
      }));
    },
  };
}

/** Office holders who hold office on a day: of an office, or whoever may sign for a party. */
export function holdersQuery(where: { office: string } | { signsFor: string }, on: Day) {
  return {
    queryKey: ['holders', where, on],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call('get /office-holders', { query: { ...where, on, limit: 100 }, signal }),
  };
}
