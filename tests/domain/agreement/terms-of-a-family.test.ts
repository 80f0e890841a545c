import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgreementState } from '../../../domain/agreement/agreement.ts';
import { addDays } from '../../../domain/shared/day.ts';
import type { Day } from '../../../domain/shared/day.ts';
import { refusalBy } from '../../../domain/shared/refusal.ts';
import { requireTermsAgree, withDates } from '../../../domain/agreement/term.ts';
import { anAgreement } from '../../support/agreements.ts';
import { SEQUENCES } from '../../support/arbitraries.ts';

const FIRST_DAY = '2024-01-01';
const mou = anAgreement({
  kind: 'mou',
  form: 'nota-kesepahaman',
  term: { start: FIRST_DAY, end: '2024-12-31' },
});
const pks = Array.from({ length: 2 }, () => ({
  ...anAgreement({ term: { start: FIRST_DAY, end: '2024-06-30' } }),
  parent: { id: mou.id, exception: null },
}));

type Family = { recorded: AgreementState[]; reserved: (AgreementState | null)[] };

/** What somebody does to one of the three: reserves an end, or lets a reservation come to something. */
type Move = { who: number } & (
  { does: 'reserve'; end: Day; exception: boolean } | { does: 'record' | 'release' }
);

const aMove: fc.Arbitrary<Move> = fc.oneof(
  fc.record({
    who: fc.nat(2),
    does: fc.constant('reserve' as const),
    end: fc.nat(20).map((month) => addDays(FIRST_DAY, month * 30)),
    exception: fc.integer({ min: 0, max: 5 }).map((drawn) => drawn === 0),
  }),
  fc.record({ who: fc.nat(2), does: fc.constantFrom('record' as const, 'release' as const) }),
);

// An agreement deals with its commands one after another. Between the reservation of a command and its
// recording, the other agreements go on as they like.
function moved({ recorded, reserved }: Family, move: Move): Family {
  const { who } = move;
  const own = recorded[who] as AgreementState;
  const promised = reserved[who] ?? null;
  if (move.does === 'reserve') {
    if (promised) return { recorded, reserved };
    const term = { start: FIRST_DAY, end: move.end };
    const wanted = withDates(own, { term, ...(move.exception && { exceptionNoteId: 'why' }) });
    const relatives = [...recorded, ...reserved.flatMap((each) => each ?? [])].filter(
      ({ id, parent }) => id === own.parent?.id || parent?.id === own.id,
    );
    const refusal = refusalBy(() => requireTermsAgree(wanted, relatives));
    return { recorded, reserved: refusal ? reserved : reserved.with(who, wanted) };
  }
  if (!promised) return { recorded, reserved };
  return {
    recorded: move.does === 'record' ? recorded.with(who, promised) : recorded,
    reserved: reserved.with(who, null),
  };
}

test('whatever is reserved, recorded and released in whatever order, the recorded dates agree', () => {
  let [granted, refused] = [0, 0];
  fc.assert(
    fc.property(fc.array(aMove, { maxLength: 40 }), (moves) => {
      let family: Family = { recorded: [mou, ...pks], reserved: [null, null, null] };
      for (const move of moves) {
        const next = moved(family, move);
        if (move.does === 'reserve') {
          if (next.reserved[move.who] === family.reserved[move.who]) refused += 1;
          else granted += 1;
        }
        family = next;
        const [above, ...below] = family.recorded as [AgreementState, ...AgreementState[]];
        expect(refusalBy(() => requireTermsAgree(above, below))).toBeNull();
      }
    }),
    { numRuns: SEQUENCES },
  );
  // The walk meets both answers often, or it would prove nothing.
  expect(Math.min(granted, refused)).toBeGreaterThan(300);
});
