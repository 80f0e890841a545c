import { describe, expect, test } from 'vitest';
import {
  addresseesOf,
  mailsOf,
  mailsToDependant,
  mootBecause,
  officesToTell,
} from '../../../domain/agreement/notices.ts';
import type {
  Circumstances,
  Mail,
  MailedOffice,
  Placement,
  Waiting,
} from '../../../domain/agreement/notices.ts';
import type { AgreementState } from '../../../domain/agreement/agreement.ts';
import type { Transition } from '../../../domain/agreement/transition.ts';
import { decide } from '../../../domain/agreement/decide.ts';
import { passMilestones } from '../../../domain/milestones.ts';
import {
  after,
  anActiveAgreement,
  anAgreement,
  anAgreementAt,
  by,
  command,
  OUTSIDER,
  THREE_PARTIES,
} from '../../support/agreements.ts';
import { offices } from '../../support/cast.ts';
import { milestone } from '../../../domain/shared/plan.ts';

const { mitraLabour, mitraLegal, mitraSocial, tondano } = offices;

/** What the branch asks for, and the OPD's consent. */
const otherDates = command('changeDates', '2024-03-01', by.branch, {
  term: { start: '2024-02-01', end: '2024-11-30' },
  reasonNoteId: 'why',
  evidenceId: 'addendum',
});
const agreeing = command('confirmChange', '2024-03-02', by.proposer, {
  change: otherDates.commandId,
});

describe('which mails a change causes', () => {
  const morning = { day: '2024-07-04', mailHour: 7 };
  const givenAt = Date.parse('2024-01-20T02:15:00Z');
  const given = { givenAt, recordedBy: by.proposer };
  const reminder = milestone('agreement', { kind: 'reminder', dueDay: '2024-07-04' });
  const expiry = milestone('agreement', { kind: 'expiry', dueDay: '2025-01-01' });

  test('whoever has the text now is told at once', () => {
    const change = decide(anAgreementAt('drafting'), command('submit', '2024-01-20', by.proposer));

    expect(mailsOf(change, given)).toEqual([
      { template: 'your-turn', stage: 'review', offices: [tondano], notBefore: givenAt },
    ]);
  });

  test('outside parties have no account to be told through', () => {
    const change = decide(
      anAgreementAt('drafting', { parties: THREE_PARTIES }),
      command('submit', '2024-01-20', by.proposer),
    );

    expect(change.desksToNotify).toEqual([tondano, OUTSIDER]);
    expect(mailsOf(change, given)[0]?.offices).toEqual([tondano]);
  });

  test('where only an outside party is called, no mail is written', () => {
    const change = decide(
      anAgreementAt('drafting', { parties: THREE_PARTIES }),
      command('passTurn', '2024-01-20', by.proposer, { to: OUTSIDER }),
    );

    expect(mailsOf(change, given)).toEqual([]);
  });

  test('a reminder goes to the parties and the proposer at the mail hour of their zone', () => {
    const agreement = { ...anActiveAgreement({ zone: 'Asia/Makassar' }), proposer: mitraLegal };

    const mails = mailsOf(passMilestones(agreement, [reminder], '2024-07-04'), morning);

    expect(mails).toEqual([
      {
        template: 'reminder',
        end: '2024-12-31',
        missed: [],
        offices: [mitraLabour, tondano, mitraLegal],
        notBefore: Date.parse('2024-07-03T23:00:00Z'),
      },
    ]);
  });

  test('a running renewal is still reminded of, a signed one no more', () => {
    const mailsWhen = (state: 'running' | 'signed') => {
      const agreement = { ...anActiveAgreement(), renewal: { id: 'next', state } };
      return [reminder, expiry].flatMap((due) =>
        mailsOf(passMilestones(agreement, [due], due.dueDay), { day: due.dueDay, mailHour: 7 }),
      );
    };

    expect(mailsWhen('running').map(({ template }) => template)).toEqual(['reminder', 'expired']);
    expect(mailsWhen('signed')).toEqual([]);
  });

  test.each<[string, Transition, string[]]>([
    [
      'a withdrawal',
      decide(
        anAgreementAt('signing'),
        command('withdraw', '2024-01-20', by.proposer, { reasonNoteId: 'why' }),
      ),
      ['withdrawn to 12 32'],
    ],
    [
      'a text sent back; its author is called',
      decide(
        anAgreementAt('review'),
        command('return', '2024-01-20', by.branch, { reasonNoteId: 'why' }),
      ),
      ['your-turn to 12', 'returned to 32'],
    ],
    [
      'other dates that the other side is asked to agree to',
      decide(anActiveAgreement(), otherDates),
      ['change-asked to 12 32'],
    ],
    [
      'other dates that the other side has agreed to',
      decide(after(anActiveAgreement(), [otherDates]), agreeing),
      ['dates-changed to 12 32'],
    ],
    [
      'other dates that the other side has declined',
      decide(
        after(anActiveAgreement(), [otherDates]),
        command('declineChange', '2024-03-02', by.proposer, {
          change: otherDates.commandId,
          reasonNoteId: 'why',
        }),
      ),
      ['change-declined to 12 32'],
    ],
    [
      'a corrected number',
      decide(
        after(anAgreementAt('signing'), [
          command('recordNumber', '2024-03-01', by.branch, {
            party: tondano,
            numberNoteId: 'number',
            dated: '2024-03-01',
          }),
        ]),
        command('correctNumber', '2024-03-02', by.branch, {
          party: tondano,
          number: { noteId: 'meant', dated: '2024-03-01' },
          reasonNoteId: 'why',
        }),
      ),
      ['corrected to 12 32'],
    ],
    [
      'an end',
      decide(
        anActiveAgreement(),
        command('terminate', '2024-03-01', by.branch, {
          reason: 'change-of-law',
          lastDay: '2024-03-01',
          evidenceId: 'letter',
        }),
      ),
      ['terminated to 12 32'],
    ],
    [
      'a number that is recorded after all have signed',
      decide(
        anActiveAgreement(),
        command('recordNumber', '2024-03-01', by.branch, {
          party: tondano,
          numberNoteId: 'number',
          dated: '2024-02-01',
        }),
      ),
      ['numbered to 12 32'],
    ],
    [
      'a number before',
      decide(
        anAgreementAt('signing'),
        command('recordNumber', '2024-01-20', by.branch, {
          party: tondano,
          numberNoteId: 'number',
          dated: '2024-01-20',
        }),
      ),
      [],
    ],
  ])('all parties hear of %s', (_what, change, told) => {
    const mails = mailsOf(change, given).map(
      ({ template, offices: to }) => `${template} to ${to.map((id) => id.slice(-2)).join(' ')}`,
    );

    expect(mails).toEqual(told);
  });

  test('those whose agreement rests on it hear of its end, unless they are its parties too', () => {
    const mou = { ...anActiveAgreement(), id: 'mou' };
    const pks = anAgreement({
      proposer: mitraSocial,
      proposingParty: mitraSocial,
      parties: [
        { id: mitraSocial, side: 'government', outside: false },
        { id: tondano, side: 'bpjs', outside: false },
      ],
    });
    const ended = decide(
      mou,
      command('terminate', '2024-03-01', by.branch, {
        reason: 'change-of-law',
        lastDay: '2024-03-01',
        evidenceId: 'letter',
      }),
    );

    const mails = mailsToDependant(ended.state, mailsOf(ended, given), {
      state: pks,
      relation: 'parent',
    });

    expect(mails).toMatchObject([
      {
        template: 'underlying-changed',
        agreement: 'mou',
        offices: [mitraSocial],
        notice: { template: 'terminated', lastDay: '2024-03-01' },
      },
    ]);
  });
});

describe('whether a mail that waited is still true', () => {
  const reminder: Waiting = {
    template: 'reminder',
    end: '2024-12-31',
    missed: [],
    offices: [mitraLabour, tondano],
  };
  const expired: Waiting = { template: 'expired', offices: [mitraLabour, tondano] };
  const turn: Waiting = { template: 'your-turn', stage: 'review', offices: [tondano] };
  const given = (only: Partial<Circumstances> = {}): Circumstances => ({
    agreement: anActiveAgreement(),
    isRenewed: false,
    later: [],
    ...only,
  });
  const until = (end: string) => {
    const active = anActiveAgreement();
    return { ...active, term: { ...active.term, end } };
  };
  const ended: AgreementState = { ...anActiveAgreement(), stage: 'ended' };
  const inReview = anAgreementAt('review');

  test.each<[string, Waiting, Circumstances, string, string | null]>([
    ['a reminder on its day', reminder, given(), '2024-12-17', null],
    ['on the last day', reminder, given(), '2024-12-31', null],
    ['on the day after', reminder, given(), '2025-01-01', 'ended'],
    ['once the agreement has ended', reminder, given({ agreement: ended }), '2024-12-17', 'ended'],
    ['once the renewal is signed', reminder, given({ isRenewed: true }), '2024-12-17', 'renewed'],
    [
      'with an end moved back',
      reminder,
      given({ agreement: until('2026-12-31') }),
      '2024-12-17',
      'dates-changed',
    ],
    [
      'with an end moved forward',
      reminder,
      given({ agreement: until('2024-12-20') }),
      '2024-12-17',
      null,
    ],
    [
      'with a reminder after it',
      reminder,
      given({ later: [reminder] }),
      '2024-12-17',
      'superseded',
    ],
    ['with a call after it', reminder, given({ later: [turn] }), '2024-12-17', null],
    ['a notice that it has run out', expired, given({ agreement: ended }), '2025-02-01', null],
    ['once the renewal is signed', expired, given({ isRenewed: true }), '2025-02-01', 'renewed'],
    ['a call while the text lies there', turn, given({ agreement: inReview }), '2024-01-20', null],
    [
      'in another stage',
      turn,
      given({ agreement: anAgreementAt('approval') }),
      '2024-01-20',
      'turn-over',
    ],
    [
      'on another desk',
      { ...turn, offices: [mitraLabour] },
      given({ agreement: inReview }),
      '2024-01-20',
      'turn-over',
    ],
    ['once the agreement has ended', turn, given({ agreement: ended }), '2024-01-20', 'ended'],
    [
      'with a call after it',
      turn,
      given({ agreement: inReview, later: [turn] }),
      '2024-01-20',
      'superseded',
    ],
  ])('%s', (_when, mail, circumstances, today, because) => {
    expect(mootBecause(mail, circumstances, today)).toBe(because);
  });

  test('a call to two offices reaches the one that has not acted', () => {
    const both: Waiting = { ...turn, offices: [tondano, mitraLegal] };

    expect(officesToTell(both, given({ agreement: inReview }))).toEqual([tondano]);
  });
});

describe('who reads a mail', () => {
  const regency: MailedOffice = {
    id: 'labour',
    institutionId: 'regency',
    path: ['regency', 'labour'],
    side: 'government',
    hasMailbox: false,
  };
  const branch: MailedOffice = {
    id: 'branch',
    institutionId: 'bpjs',
    path: ['bpjs', 'kanwil', 'branch'],
    side: 'bpjs',
    hasMailbox: false,
  };
  const person = (userId: string, officeId: string, role: Placement['role']): Placement => ({
    userId,
    officeId,
    role,
    institutionId: ['labour', 'law', 'social', 'regency'].includes(officeId) ? 'regency' : 'bpjs',
  });
  const everybody = [
    person('proposer', 'labour', 'proposer'),
    person('treasurer', 'labour', 'treasurer'),
    person('lawyer', 'law', 'legal'),
    person('neighbour', 'social', 'proposer'),
    person('officer', 'branch', 'branch-officer'),
    person('head', 'branch', 'branch-head'),
    person('above', 'kanwil', 'branch-head'),
    person('elsewhere', 'other-branch', 'branch-head'),
  ];
  const reminder: Mail = {
    template: 'reminder',
    end: '2024-12-31',
    missed: [],
    offices: [],
    notBefore: 0,
  };
  const turn: Mail = { template: 'your-turn', stage: 'review', offices: [], notBefore: 0 };
  const readers = (mail: Mail, office: MailedOffice, people = everybody) =>
    addresseesOf(mail, [office], people).map(({ officeId, userId }) => `${userId} of ${officeId}`);

  test('a reminder: the proposing office, and the legal department of its government', () => {
    expect(readers(reminder, regency)).toEqual(['proposer of labour', 'lawyer of law']);
  });

  test('a reminder to a branch: those who work there, not the offices above', () => {
    expect(readers(reminder, branch)).toEqual(['officer of branch', 'head of branch']);
  });

  test('a call to act: only who works in the office itself', () => {
    expect(readers(turn, regency)).toEqual(['proposer of labour']);
  });

  test.each([
    ['proposal', ['proposer of labour']],
    ['drafting', ['proposer of labour']],
    ['review', ['proposer of labour']],
    ['approval', ['checker of labour']],
    ['signing', ['desk of labour', 'proposer of labour']],
    ['active', ['checker of labour', 'desk of labour', 'proposer of labour']],
  ] as const)('a call to act in %s: who can do there what is asked for', (stage, called) => {
    const people = [
      person('checker', 'labour', 'approver'),
      person('desk', 'labour', 'signing-desk'),
      ...everybody,
    ];

    expect(readers({ ...turn, stage }, regency, people)).toEqual(called);
  });

  test('a call to act where nobody can: who can act around it', () => {
    const government = { ...regency, id: 'regency', path: ['regency'] };
    const people = [person('desk', 'regency', 'signing-desk'), ...everybody];

    expect(readers(turn, government, people)).toEqual(['lawyer of law']);
  });

  test('an office with nobody for it: its mailbox', () => {
    const withMailbox = {
      ...regency,
      id: 'village',
      path: ['regency', 'village'],
      hasMailbox: true,
    };

    expect(readers(turn, withMailbox)).toEqual(['null of village']);
  });

  test('an office with neither: the legal department around it', () => {
    const village = { ...regency, id: 'village', path: ['regency', 'village'] };

    expect(readers(turn, village)).toEqual(['lawyer of law']);
  });

  test('a branch with neither: the head of the office above', () => {
    const deserted = everybody.filter(({ officeId }) => officeId !== 'branch');

    expect(readers(turn, branch, deserted)).toEqual(['above of kanwil']);
  });

  test('a branch with nobody who can, here or above: whoever works there', () => {
    const alone = [person('officer', 'branch', 'branch-officer')];

    expect(readers({ ...turn, stage: 'approval' }, branch, alone)).toEqual(['officer of branch']);
  });

  test('nobody where there is nobody at all', () => {
    expect(readers(turn, regency, [])).toEqual([]);
  });

  test('each person once, for the first of their offices', () => {
    const law: MailedOffice = { ...regency, id: 'law', path: ['regency', 'law'] };

    const twice = addresseesOf(reminder, [regency, law], everybody);

    expect(twice.map(({ userId }) => userId)).toEqual(['proposer', 'lawyer']);
  });

  test('not whoever did what it tells of', () => {
    const notice: Mail = {
      template: 'withdrawn',
      reason: 'why',
      by: { userId: 'officer', officeId: 'branch' },
      offices: [],
      notBefore: 0,
    };

    expect(readers(notice, branch)).toEqual(['head of branch']);
  });

  test('a person with two roles in one office once', () => {
    const both = [person('kadis', 'labour', 'proposer'), person('kadis', 'labour', 'approver')];

    expect(readers(turn, regency, both)).toEqual(['kadis of labour']);
  });
});
