/** What a region needs for its first agreement, and the request that sets it up. */
import type { Day } from '../../../../domain/shared/day.ts';
import type { AddedKind, Capacity } from '../../../../domain/office/office.ts';
import type { Role } from '../../../../domain/office/roles.ts';
import type { AnswerFrom, BodyTo } from '../../../connection/call.ts';

/** The offices, each after the one it stands below. */
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
  decree: { number: string; date: Day };
};

export type SetUpDraft = {
  region: { id: string; name: string } | null;
  offices: Record<OfficeKey, { name: string }>;
  holders: Record<HolderKey, HolderDraft>;
  /** Whether one tries it alone, or makes accounts for the people who will do it. */
  people: 'me' | 'others';
  accounts: Record<PlaceKey, { name: string; email: string }>;
};

/** What a set-up came to. */
export type SetUp = AnswerFrom<'post /set-ups'>;

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

/** What a set-up asks for, in rows named as the form's fields are, so that refusals name both. */
export function requestFrom(draft: SetUpDraft): BodyTo<'post /set-ups'> {
  const { region, offices, holders, people, accounts } = draft;
  const places = Object.keys(PLACES) as PlaceKey[];
  const known = places.filter((key) => accounts[key].email.trim() !== '');
  return {
    offices: rowsOf(OFFICES, (key) => ({
      kind: KINDS[key],
      name: offices[key].name,
      parent: PARENTS[key],
      // The head office is nationwide; every other office has the region of the set-up.
      region: key === 'headOffice' ? null : (region?.id ?? null),
    })),
    holders: rowsOf(Object.keys(HOLDERS) as HolderKey[], (key) => {
      const { office, signs } = HOLDERS[key];
      return { ...holders[key], office, signs: [...signs] };
    }),
    ownRoles: people === 'me' ? rowsOf(places, (key) => PLACES[key]) : {},
    accounts:
      people === 'me'
        ? {}
        : rowsOf(known, (key) => {
            const { name, email } = accounts[key];
            return { name, email: email.trim(), ...PLACES[key] };
          }),
  };
}

function rowsOf<Key extends string, Row>(
  keys: readonly Key[],
  rowOf: (key: Key) => Row,
): Record<string, Row> {
  return Object.fromEntries(keys.map((key) => [key, rowOf(key)]));
}
