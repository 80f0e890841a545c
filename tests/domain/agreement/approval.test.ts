import { describe, expect, test } from 'vitest';
import { isApproved, readySteps } from '../../../domain/agreement/approval.ts';
import { decide } from '../../../domain/agreement/decide.ts';
import { propose } from '../../../domain/agreement/proposal.ts';
import {
  after,
  anAgreement,
  anAgreementAt,
  aProposal,
  by,
  command,
  theWayToSigning,
} from '../../support/agreements.ts';
import { holders, offices } from '../../support/cast.ts';

const { mitraLabour, mitraLegal, mitraSocial, tondano } = offices;

// Legal and Social look at it side by side; the branch only after both; any of two closes it.
const ROUTE = [
  { id: 'hukum', offices: [mitraLegal], after: [] },
  { id: 'sosial', offices: [mitraSocial], after: [] },
  { id: 'cabang', offices: [tondano], after: ['hukum', 'sosial'] },
  { id: 'akhir', offices: [mitraLegal, mitraSocial], after: ['cabang'] },
];

const inApproval = () =>
  after(anAgreement({ approvals: ROUTE }), theWayToSigning('2024-01-08').slice(0, 3));

describe('an approval route', () => {
  test('opens with every step that waits for nothing', () => {
    expect(inApproval()).toMatchObject({
      stage: 'approval',
      turn: { desks: [mitraLegal, mitraSocial] },
    });
  });

  test('goes on when all steps before are done, whatever their order', () => {
    const first = after(inApproval(), [
      command('approve', '2024-01-10', by.social, { step: 'sosial' }),
    ]);
    const both = after(first, [command('approve', '2024-01-11', by.legal, { step: 'hukum' })]);

    expect(first.turn).toEqual({ desks: [mitraLegal], since: '2024-01-10' });
    expect(both.turn).toEqual({ desks: [tondano], since: '2024-01-11' });
  });

  test('is closed by any office of a group, and then the signing opens', () => {
    const ready = after(inApproval(), [
      command('approve', '2024-01-10', by.social, { step: 'sosial' }),
      command('approve', '2024-01-10', by.legal, { step: 'hukum' }),
      command('approve', '2024-01-11', by.branch, { step: 'cabang' }),
    ]);

    const {
      state: agreement,
      events,
      desksToNotify,
    } = decide(ready, command('approve', '2024-01-12', by.social, { step: 'akhir' }));

    expect(ready.turn.desks).toEqual([mitraLegal, mitraSocial]);
    expect(agreement).toMatchObject({
      stage: 'signing',
      stageSince: '2024-01-12',
      turn: { desks: [mitraLabour, tondano] },
    });
    expect(events).toEqual([
      {
        kind: 'approved',
        step: 'akhir',
        office: mitraSocial,
        actedBy: { kind: 'user', id: 'social-mitra' },
        textVersion: 1,
        evidence: null,
      },
      { kind: 'stage-reached', stage: 'signing' },
    ]);
    expect(desksToNotify).toEqual([mitraLabour, tondano]);
  });

  test('puts the text once on a desk that stands in two open steps', () => {
    const approvals = [
      { id: 'hukum', offices: [mitraLegal, mitraSocial], after: [] },
      { id: 'sosial', offices: [mitraSocial], after: [] },
    ];

    const opened = anAgreementAt('approval', { approvals });

    expect(opened.turn.desks).toEqual([mitraLegal, mitraSocial]);
  });

  test('keeps who approved, who recorded it, and for which text', () => {
    const actedBy = { kind: 'holder', id: holders.legalHeadMitra } as const;
    const approved = after(anAgreementAt('approval'), [
      command('approve', '2024-01-10', by.legal, { step: 'hukum', actedBy, evidenceId: 'memo' }),
    ]);

    expect(approved.approvals[0]?.approval).toEqual({
      textVersion: 1,
      actedBy,
      recordedBy: { userId: 'legal-mitra', officeId: mitraLegal },
      on: '2024-01-10',
      evidenceId: 'memo',
    });
  });

  test('asks again for a new text, step by step', () => {
    const half = after(inApproval(), [
      command('approve', '2024-01-10', by.legal, { step: 'hukum' }),
      command('return', '2024-01-11', by.social, { reasonNoteId: 'why' }),
      command('submit', '2024-01-12', by.proposer),
      command('submit', '2024-01-13', by.branch),
    ]);

    expect(half.approvals.map((step) => isApproved(half, step))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(readySteps(half).map(({ id }) => id)).toEqual(['hukum', 'sosial']);
  });

  test('lets somebody else approve what a colleague handed in', () => {
    const handedInByLegal = after(anAgreement(), [
      command('submit', '2024-01-08', by.proposer, { to: mitraLegal }),
      command('submit', '2024-01-09', by.legal),
      command('submit', '2024-01-10', by.branch),
    ]);

    const approved = after(handedInByLegal, [
      command(
        'approve',
        '2024-01-11',
        { officeId: mitraLegal, userId: 'approver-mitra' },
        { step: 'hukum' },
      ),
    ]);

    expect(approved.stage).toBe('signing');
  });

  test.each([
    ['waits for itself', [{ id: 'a', offices: [mitraLegal], after: ['a'] }], ['a']],
    ['waits for nobody', [{ id: 'a', offices: [mitraLegal], after: ['b'] }], ['a']],
    [
      'goes round in a circle',
      [
        { id: 'a', offices: [mitraLegal], after: ['c'] },
        { id: 'b', offices: [mitraLegal], after: ['a'] },
        { id: 'c', offices: [mitraLegal], after: ['b'] },
        { id: 'd', offices: [mitraLegal], after: [] },
      ],
      ['a', 'b', 'c'],
    ],
    ['has a step that nobody can do', [{ id: 'a', offices: [], after: [] }], ['a']],
    [
      'has two steps of one name',
      [
        { id: 'a', offices: [mitraLegal], after: [] },
        { id: 'a', offices: [mitraSocial], after: [] },
      ],
      ['a'],
    ],
  ])('that %s is refused', (_how, approvals, steps) => {
    expect(() => propose(aProposal({ approvals }))).toThrow(
      expect.objectContaining({ code: 'StepsTangled', params: { steps } }),
    );
  });
});
