import { addDays } from '../../../domain/shared/day.ts';
import { describe, expect, test } from 'vitest';
import { begin, joinedParties, propose } from '../../../domain/agreement/proposal.ts';
import { aProposal, given, THREE_PARTIES } from '../../support/agreements.ts';
import { offices } from '../../support/cast.ts';
import type { Proposal } from '../../../domain/agreement/proposal.ts';

type Party = Proposal['parties'][number];

describe('a proposal', () => {
  test('lies on the desk of its office from the day it is made', () => {
    const proposed = propose(aProposal({ on: '2024-01-08' }));

    expect(proposed).toMatchObject({
      version: 0,
      stage: 'proposal',
      stageSince: '2024-01-08',
      turn: { desks: [offices.mitraLabour], since: '2024-01-08' },
      text: { version: 0, handedInBy: null, writers: [] },
      milestonesPassedUntil: '2024-01-07',
      ending: null,
      renewal: null,
    });
  });

  test('has its own creation as the first answered command', () => {
    const proposal = aProposal();

    expect(propose(proposal).recentCommands).toEqual([
      { id: proposal.created.commandId, version: 1, code: null },
    ]);
  });

  test('exists with version 1, and says whom it renews', () => {
    const {
      state: agreement,
      events,
      desksToNotify,
    } = begin(propose(aProposal({ renewalOf: 'old' })));

    expect(agreement.version).toBe(1);
    expect(events).toEqual([{ kind: 'created', renewalOf: 'old' }]);
    expect(desksToNotify).toEqual([]);
  });

  test('that another office began, as a renewal, is news to those on whose desk it lies', () => {
    const created = given('2024-01-08', { officeId: offices.tondano });

    const { desksToNotify } = begin(propose(aProposal({ renewalOf: 'old', created })));

    expect(desksToNotify).toEqual([offices.mitraLabour]);
  });

  test.each([
    ['mou', 'nota-kesepahaman'],
    ['mou', 'kesepakatan-bersama'],
    ['mou', 'nota-kesepakatan'],
    ['pks', 'nota-kesepakatan'],
    ['pks', 'perjanjian-kerja-sama'],
    ['pks', 'kontrak'],
  ] as const)('a %s may be a %s', (kind, form) => {
    expect(propose(aProposal({ kind, form }))).toMatchObject({ kind, form });
  });

  test('binds three parties as well as two', () => {
    expect(propose(aProposal({ parties: THREE_PARTIES })).parties.map(({ id }) => id)).toHaveLength(
      3,
    );
  });

  test.each([
    ['ksdpk', '2018-07-13'],
    ['sinergi', '2018-07-13'],
    ['hubungan-antarlembaga', '2014-01-01'],
  ] as const)('may name %s from %s', (legalBasis, on) => {
    const term = { start: on, end: addDays(on, 300) };

    expect(propose(aProposal({ legalBasis, on, term })).legalBasis).toBe(legalBasis);
  });

  test('may last one day', () => {
    const term = { start: '2024-02-29', end: '2024-02-29' };

    expect(propose(aProposal({ term })).term).toEqual(term);
  });

  test('under an MoU keeps its id and the exception, and nothing else of it', () => {
    const term = { start: '2024-01-01', end: '2026-12-31' };
    const parent = {
      id: 'mou',
      kind: 'mou',
      stage: 'active',
      term,
      exceptionNoteId: null,
    } as const;

    expect(propose(aProposal({ parent })).parent).toEqual({ id: 'mou', exception: null });
  });
});

describe('a party outside that has joined', () => {
  const [own, branch, bank] = THREE_PARTIES as [Party, Party, Party];
  const named = (...bearers: string[]) => [
    {
      id: offices.minahasa,
      kind: 'government' as const,
      region: '71.02',
      named: bearers.map((office) => ({ party: bank.id, office })),
    },
  ];
  const joined = (present: Parameters<typeof joinedParties>[1]) =>
    joinedParties({ parties: [own, branch, bank], region: '71.07' }, present);

  test('is known by the one office that bears its name', () => {
    expect(joined(named(offices.minahasaLegal))).toEqual([
      { party: bank.id, institution: offices.minahasa, office: offices.minahasaLegal },
    ]);
  });

  test('is asked for its office where several bear its name', () => {
    expect(joined(named(offices.minahasaLegal, offices.minahasaLabour))).toMatchObject([
      { institution: offices.minahasa, office: null },
    ]);
  });

  test('is none of those whose institution is not there', () => {
    expect(joined([])).toEqual([]);
  });
});
