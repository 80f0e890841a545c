import { describe, expect, test } from 'vitest';
import { addresseesOf, mailsOf } from '../../../domain/agreement/notices.ts';
import type { Mail, MailedOffice, Placement } from '../../../domain/agreement/notices.ts';
import { decide } from '../../../domain/agreement/decide.ts';
import { passMilestones } from '../../../domain/milestones.ts';
import {
  anActiveAgreement,
  anAgreementAt,
  by,
  command,
  OUTSIDER,
  THREE_PARTIES,
} from '../../support/agreements.ts';
import { offices } from '../../support/cast.ts';
import { milestone } from '../../../domain/shared/plan.ts';

const { mitraLabour, mitraLegal, tondano } = offices;

describe('which mails a change causes', () => {
  const morning = { day: '2024-07-04', mailHour: 7 };
  const givenAt = Date.parse('2024-01-20T02:15:00Z');
  const reminder = milestone('agreement', { kind: 'reminder', dueDay: '2024-07-04' });
  const expiry = milestone('agreement', { kind: 'expiry', dueDay: '2025-01-01' });

  test('whoever has the text now is told at once', () => {
    const change = decide(anAgreementAt('drafting'), command('submit', '2024-01-20', by.proposer));

    expect(mailsOf(change, { givenAt })).toEqual([
      { template: 'your-turn', stage: 'review', offices: [tondano], notBefore: givenAt },
    ]);
  });

  test('outside parties have no account to be told through', () => {
    const change = decide(
      anAgreementAt('drafting', { parties: THREE_PARTIES }),
      command('submit', '2024-01-20', by.proposer),
    );

    expect(change.desksToNotify).toEqual([tondano, OUTSIDER]);
    expect(mailsOf(change, { givenAt })[0]?.offices).toEqual([tondano]);
  });

  test('where only an outside party is called, no mail is written', () => {
    const change = decide(
      anAgreementAt('drafting', { parties: THREE_PARTIES }),
      command('passTurn', '2024-01-20', by.proposer, { to: OUTSIDER }),
    );

    expect(mailsOf(change, { givenAt })).toEqual([]);
  });

  test('a reminder goes to the parties and the proposer at the mail hour of their zone', () => {
    const agreement = { ...anActiveAgreement({ zone: 'Asia/Makassar' }), proposer: mitraLegal };

    const mails = mailsOf(passMilestones(agreement, [reminder], '2024-07-04'), morning);

    expect(mails).toEqual([
      {
        template: 'reminder',
        daysLeft: 180,
        missed: [],
        renewal: 'none',
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

  test('what somebody did themselves is no news to them', () => {
    const change = decide(
      anAgreementAt('signing'),
      command('withdraw', '2024-01-20', by.proposer, { reasonNoteId: 'why' }),
    );

    expect(mailsOf(change, { givenAt })).toEqual([]);
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
    daysLeft: 30,
    missed: [],
    renewal: 'none',
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

  test('a person with two roles in one office once', () => {
    const both = [person('kadis', 'labour', 'proposer'), person('kadis', 'labour', 'approver')];

    expect(readers(turn, regency, both)).toEqual(['kadis of labour']);
  });
});
