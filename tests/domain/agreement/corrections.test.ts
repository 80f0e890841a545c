import { describe, expect, test } from 'vitest';
import { decide } from '../../../domain/agreement/decide.ts';
import type { Command } from '../../../domain/agreement/command.ts';
import {
  after,
  agreed,
  anActiveAgreement,
  anAgreement,
  anAgreementAt,
  bothSign,
  by,
  command,
  refusal,
} from '../../support/agreements.ts';
import { holders, offices } from '../../support/cast.ts';

const { mitraLabour, mitraLegal, tondano } = offices;
const [first, last] = bothSign('2024-01-20') as [Command, Command];
const head = { kind: 'holder', id: holders.labourHeadMitra } as const;

const numbering = command('recordNumber', '2024-01-20', by.proposer, {
  party: mitraLabour,
  numberNoteId: 'typed',
  dated: '2024-01-20',
});
const title = (who: { officeId: string; userId: string }) =>
  command('correctTitle', '2024-01-21', who, { titleNoteId: 'meant', reasonNoteId: 'typo' });
const number = (on: string, dated: string | null) =>
  command('correctNumber', on, by.proposer, {
    party: mitraLabour,
    number: dated === null ? null : { noteId: 'meant', dated },
    reasonNoteId: 'typo',
  });
const signature = (on: string, signedOn: string | null) =>
  command('correctSignature', on, by.proposer, {
    party: mitraLabour,
    signature: signedOn === null ? null : { actedBy: head, signedOn },
    reasonNoteId: 'typo',
  });

describe('a title', () => {
  test('is corrected by the side that proposed it, and the text is approved anew', () => {
    const { state: agreement, events } = decide(anAgreementAt('signing'), title(by.proposer));

    expect(agreement).toMatchObject({
      titleNoteId: 'meant',
      stage: 'approval',
      text: { version: 2, since: '2024-01-21' },
      turn: { desks: [mitraLegal] },
    });
    expect(events[0]).toMatchObject({ kind: 'title-corrected', after: 'meant', reason: 'typo' });
  });

  test('of a proposal changes nothing else', () => {
    expect(after(anAgreement(), [title(by.proposer)])).toMatchObject({
      titleNoteId: 'meant',
      stage: 'proposal',
      text: { version: 0 },
    });
  });

  test('that the other side has signed needs its consent', () => {
    const active = anActiveAgreement();
    const asking = { ...title(by.proposer), businessDay: '2024-03-01' };

    expect(after(active, [asking]).titleNoteId).toBe(active.titleNoteId);
    expect(after(active, agreed(asking)).titleNoteId).toBe('meant');
  });
});

describe('a number', () => {
  test('is corrected at once by the party that recorded it, while nothing is in force', () => {
    const correcting = number('2024-01-21', '2024-01-19');
    const { state: agreement, events } = decide(
      after(anAgreementAt('signing'), [numbering]),
      correcting,
    );

    const corrected = {
      reservationId: correcting.commandId,
      noteId: 'meant',
      dated: '2024-01-19',
    };
    expect(agreement.parties[0]?.number).toEqual(corrected);
    expect(events).toEqual([
      {
        kind: 'number-corrected',
        party: mitraLabour,
        before: { reservationId: numbering.commandId, noteId: 'typed', dated: '2024-01-20' },
        after: corrected,
        reason: 'typo',
        evidence: null,
      },
    ]);
  });

  test('of the other party is not one’s to correct', () => {
    const numbered = after(anAgreementAt('signing'), [numbering]);

    expect(
      refusal(numbered, { ...number('2024-01-21', '2024-01-19'), recordedBy: by.branch })?.code,
    ).toBe('NotAnOutsideParty');
  });

  test('is taken away when it was meant for another agreement, until it is in force', () => {
    const numbered = after(anAgreementAt('signing'), [numbering]);

    expect(after(numbered, [number('2024-01-21', null)]).parties[0]?.number).toBeNull();
    const inForce = after(numbered, [first, last]);
    const active = { ...inForce, stage: 'active' as const };
    expect(refusal(active, number('2024-02-02', null))?.code).toBe('StageForbids');
  });

  test('of what is in force needs the other side’s consent', () => {
    const active = after(anActiveAgreement(), [{ ...numbering, businessDay: '2024-02-02' }]);
    const correcting = number('2024-03-01', '2024-01-19');

    expect(after(active, [correcting]).parties[0]?.number?.noteId).toBe('typed');
    const corrected = after(active, agreed(correcting)).parties[0]?.number;
    expect([corrected?.noteId, corrected?.dated]).toEqual(['meant', '2024-01-19']);
  });
});

describe('a signature', () => {
  test('is corrected at once while nothing is in force', () => {
    const signed = after(anAgreementAt('signing'), [first]);

    const corrected = after(signed, [signature('2024-01-22', '2024-01-21')]);

    expect(corrected.parties[0]?.signature).toMatchObject({
      actedBy: head,
      signedOn: '2024-01-21',
    });
    expect(corrected.turn.desks).toEqual([tondano]);
  });

  test('is taken away when nothing was signed, and is waited for again', () => {
    const signed = after(anAgreementAt('signing'), [first]);

    const taken = after(signed, [signature('2024-01-22', null)]);

    expect(taken.parties[0]?.signature).toBeNull();
    expect(taken.turn.desks).toEqual([mitraLabour, tondano]);
  });

  test('of what is in force needs the other side’s consent, and stays the word of who corrected it', () => {
    const active = anActiveAgreement();
    const correcting = signature('2024-03-01', '2024-01-25');

    expect(after(active, [correcting]).parties[0]?.signature?.signedOn).toBe('2024-02-01');
    const corrected = after(active, agreed(correcting));
    expect(corrected.parties[0]?.signature).toMatchObject({
      signedOn: '2024-01-25',
      recordedBy: by.proposer,
    });
    expect(corrected.stage).toBe('active');
  });

  test('is not corrected to a day to come, nor to one before the text unless the paper is old', () => {
    const signed = after(anAgreementAt('signing'), [first]);

    expect(refusal(signed, signature('2024-01-22', '2024-01-23'))?.code).toBe('SignedInFuture');
    expect(refusal(signed, signature('2024-01-22', '2024-01-07'))?.code).toBe('PaperOlderThanText');
    expect(
      refusal(signed, { ...signature('2024-01-22', '2024-01-07'), oldPaper: true }),
    ).toBeNull();
  });
});
