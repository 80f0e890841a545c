import { describe, expect, test } from 'vitest';
import { decide } from '../../../domain/agreement/decide.ts';
import {
  after,
  anAgreement,
  anAgreementAt,
  bothSign,
  by,
  command,
  OUTSIDER,
  refusal,
  theWayToSigning,
  THREE_PARTIES,
} from '../../support/agreements.ts';
import { offices } from '../../support/cast.ts';

const { mitraLabour, mitraLegal, tondano } = offices;

describe('the way of the text', () => {
  test('leads through the stages, each time to the desk that has to act', () => {
    const way = theWayToSigning('2024-01-08');
    const states = way.map((_, step) => after(anAgreement(), way.slice(0, step + 1)));

    expect(states.map(({ stage, turn, text }) => [stage, turn.desks, text.version])).toEqual([
      ['drafting', [mitraLabour], 0],
      ['review', [tondano], 1],
      ['approval', [mitraLegal], 1],
      ['signing', [mitraLabour, tondano], 1],
    ]);
  });

  test('is told step by step', () => {
    const remarks = { note: null, evidence: null };
    const agreement = anAgreement();

    const { events } = decide(agreement, command('submit', '2024-01-08', by.proposer));

    expect(events).toEqual([
      {
        kind: 'submitted',
        from: 'proposal',
        desk: mitraLabour,
        actedBy: { kind: 'user', id: 'proposer-mitra' },
        textVersion: 0,
        remarks,
      },
      { kind: 'stage-reached', stage: 'drafting' },
    ]);
  });

  test.each(['proposal', 'drafting', 'review'] as const)(
    'tells who handed it on from %s on paper',
    (stage) => {
      const agreement = stage === 'proposal' ? anAgreement() : anAgreementAt(stage);
      const who = stage === 'review' ? by.branch : by.proposer;
      const actedBy = { kind: 'holder', id: 'their-head' } as const;
      const told = { actedBy, evidenceId: 'letter' };

      const { events } = decide(agreement, command('submit', '2024-01-20', who, told));

      expect(events[0]).toMatchObject({ kind: 'submitted', from: stage, actedBy });
      expect(refusal(agreement, command('submit', '2024-01-20', who, { actedBy }))).toMatchObject({
        code: 'EvidenceRequired',
      });
    },
  );

  test('the drafter may be another desk than the proposer', () => {
    const drafted = after(anAgreement(), [
      command('submit', '2024-01-08', by.proposer, { to: tondano }),
      command('submit', '2024-01-09', by.branch),
    ]);

    // The branch handed it in, so the other party reviews.
    expect(drafted.stage).toBe('review');
    expect(drafted.turn).toEqual({ desks: [mitraLabour], since: '2024-01-09' });
    expect(drafted.text.handedInBy).toEqual({
      desk: tondano,
      person: { kind: 'user', id: 'officer-tondano' },
    });
  });

  test('an office that is no party drafts for the side that proposed', () => {
    const drafted = after(anAgreement(), [
      command('submit', '2024-01-08', by.proposer, { to: mitraLegal }),
      command('submit', '2024-01-09', by.legal),
    ]);

    expect(drafted.turn.desks).toEqual([tondano]);
  });

  test('each reviewer clears it for themselves; the turn of the others goes on since it began', () => {
    const underReview = anAgreementAt('review', { parties: THREE_PARTIES });

    const cleared = after(underReview, [command('submit', '2024-01-20', by.branch)]);

    expect(underReview.turn).toEqual({ desks: [tondano, OUTSIDER], since: '2024-01-08' });
    expect(cleared.stage).toBe('review');
    expect(cleared.turn).toEqual({ desks: [OUTSIDER], since: '2024-01-08' });
  });

  test('without an approval route a reviewed text is ready to be signed', () => {
    const reviewed = after(
      anAgreement({ approvals: [] }),
      theWayToSigning('2024-01-08').slice(0, 3),
    );

    expect(reviewed.stage).toBe('signing');
    expect(reviewed.turn.desks).toEqual([mitraLabour, tondano]);
  });

  test('a drafter may pass it on, and passing it on calls the new desk', () => {
    const {
      state: agreement,
      events,
      desksToNotify,
    } = decide(
      anAgreementAt('drafting'),
      command('passTurn', '2024-01-15', by.proposer, { to: mitraLegal, noteId: 'remark' }),
    );

    expect(agreement).toMatchObject({
      stage: 'drafting',
      stageSince: '2024-01-08',
      turn: { desks: [mitraLegal], since: '2024-01-15' },
    });
    expect(events).toEqual([
      {
        kind: 'turn-passed',
        from: mitraLabour,
        to: mitraLegal,
        remarks: { note: 'remark', evidence: null },
      },
    ]);
    expect(desksToNotify).toEqual([mitraLegal]);
  });

  test('the originals of what is in force are passed on, too', () => {
    const active = after(anAgreementAt('signing'), bothSign('2024-02-01'));

    const passed = decide(active, command('passTurn', '2024-02-05', by.proposer, { to: tondano }));

    expect(passed.state.turn).toEqual({ desks: [tondano], since: '2024-02-05' });
    expect(passed.desksToNotify).toEqual([tondano]);
  });
});

describe('returning the text', () => {
  test.each(['review', 'approval', 'signing'] as const)(
    'from %s leads back to its author',
    (stage) => {
      const agreement = anAgreementAt(stage);
      const who = { review: by.branch, approval: by.legal, signing: by.branch }[stage];

      const {
        state: returned,
        events,
        desksToNotify,
      } = decide(
        agreement,
        command('return', '2024-01-20', who, { reasonNoteId: 'why', evidenceId: 'letter' }),
      );

      expect(returned.stage).toBe('drafting');
      expect(returned.turn).toEqual({ desks: [mitraLabour], since: '2024-01-20' });
      expect(returned.text.version).toBe(1);
      expect(events).toEqual([
        { kind: 'returned', from: stage, desk: who.officeId, reason: 'why', evidence: 'letter' },
        { kind: 'stage-reached', stage: 'drafting' },
      ]);
      // Also an author who had it on the signing table is told: it is to be mended now.
      expect(desksToNotify).toEqual([mitraLabour]);
    },
  );

  test('makes the next text the second, and approvals of the first count no more', () => {
    const approvedOnce = anAgreementAt('signing');

    const again = after(approvedOnce, [
      command('return', '2024-01-20', by.branch, { reasonNoteId: 'why' }),
      command('submit', '2024-01-21', by.proposer),
      command('submit', '2024-01-22', by.branch),
    ]);

    expect(again.text.version).toBe(2);
    expect(again.stage).toBe('approval');
    expect(again.turn.desks).toEqual([mitraLegal]);
    expect(again.approvals[0]?.approval?.textVersion).toBe(1);
  });
});

describe('parties outside the system', () => {
  test('are acted for by another with a letter', () => {
    const underReview = anAgreementAt('review', { parties: THREE_PARTIES });

    const { state: agreement, events } = decide(
      underReview,
      command('submit', '2024-01-20', by.branch, { onBehalfOf: OUTSIDER, evidenceId: 'letter' }),
    );

    expect(agreement.turn.desks).toEqual([tondano]);
    expect(events).toEqual([
      {
        kind: 'submitted',
        from: 'review',
        desk: OUTSIDER,
        actedBy: { kind: 'outside', id: OUTSIDER },
        textVersion: 1,
        remarks: { note: null, evidence: 'letter' },
      },
    ]);
  });

  test('may return the text, and get it back when it was theirs', () => {
    const theirs = after(anAgreement({ parties: THREE_PARTIES }), [
      command('submit', '2024-01-08', by.proposer, { to: OUTSIDER }),
      command('submit', '2024-01-10', by.proposer, {
        onBehalfOf: OUTSIDER,
        evidenceId: 'letter',
      }),
    ]);

    const returned = after(theirs, [
      command('return', '2024-01-12', by.branch, { reasonNoteId: 'why' }),
    ]);

    expect(theirs.turn.desks).toEqual([mitraLabour, tondano]);
    // Whoever recorded it did not write it, and may approve it.
    expect(theirs.text.handedInBy).toEqual({
      desk: OUTSIDER,
      person: { kind: 'outside', id: OUTSIDER },
    });
    expect(returned.turn.desks).toEqual([OUTSIDER]);
  });
});

describe('withdrawing', () => {
  test.each(['drafting', 'review', 'approval', 'signing'] as const)(
    'ends what is in %s and was never in force',
    (stage) => {
      const {
        state: agreement,
        events,
        desksToNotify,
      } = decide(
        anAgreementAt(stage),
        command('withdraw', '2024-01-20', by.branch, { reasonNoteId: 'why' }),
      );

      expect(agreement).toMatchObject({
        stage: 'ended',
        stageSince: '2024-01-20',
        turn: { desks: [] },
        ending: { reason: 'withdrawn', lawful: null, lastDay: null },
      });
      expect(events).toEqual([
        { kind: 'withdrawn', reason: 'why' },
        { kind: 'stage-reached', stage: 'ended' },
      ]);
      expect(desksToNotify).toEqual([]);
    },
  );

  test('is possible after one of two signatures', () => {
    const halfSigned = after(anAgreementAt('signing'), bothSign('2024-02-01').slice(0, 1));

    const withdrawn = after(halfSigned, [
      command('withdraw', '2024-02-02', by.proposer, { reasonNoteId: 'why' }),
    ]);

    expect(withdrawn.ending?.reason).toBe('withdrawn');
  });
});
