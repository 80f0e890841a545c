/**
 * Mistakes in what the entity runner decides, each told as a sentence. `mutants.ts` plants them into
 * `workflows/run-entity.ts` beside those in the order of its commands.
 */

/** A text of the runner, and what is planted there: the text as it is, until the mistake is awake. */
type Mistake = [text: string, planted: (isAwake: string) => string];

const MISTAKES: Record<string, Mistake> = {
  'turns are not taken by rank': instead('one.rank - other.rank', '0'),
  'commands are not taken by when they were given': instead('one.givenAt - other.givenAt', '0'),
  'a handler acts at once where it need not wait': [
    'do await ',
    (isAwake) => `if (!(${isAwake} && isNext())) do await `,
  ],
  'a handler acts before the others have started': [
    'while (!isNext());',
    (isAwake) => `while (!${isAwake} && !isNext());`,
  ],
  'two changes are made at a time': instead('!changing && nextInTurn()', 'nextInTurn()'),
  'a command does not wait for the days that are due': instead(
    'turn.isReady() || entity.isEnded(state)',
    'true',
  ),
  'what PostgreSQL held already is not adopted': instead(
    'recorded.held ?? change.state',
    'change.state',
  ),
  'news that found another record is not heard again': instead(
    "recorded.held ? undefined : 'heard'",
    "'heard'",
  ),
  'a known command is carried out again': [
    'answerOf(state, id) ??',
    (isAwake) => `(${isAwake} ? undefined : answerOf(state, id)) ??`,
  ],
  'nothing is reserved': instead('entity.needsReservation(state, command)', 'false'),
  'a day that is moot passes': instead('!recorded.moot', 'true'),
  'a run becomes as long as it likes': instead('events >= LONGEST_RUN', 'false'),
  'a run goes on into the next budget year': [
    '|| yearHasTurned ||',
    (isAwake) => `|| (!${isAwake} && yearHasTurned) ||`,
  ],
  'a run goes on into the next stretch': instead(
    'entity.stretchOf(state) !== opened.stretch',
    'false',
  ),
  'a plan that was handed on is asked for again': [
    'if (!planned)',
    (isAwake) => `if (${isAwake} || !planned)`,
  ],
  'a run hands no plan to the next': [
    'typedSearchAttributes })(state, plan)',
    (isAwake) => `typedSearchAttributes })(state, ${isAwake} ? undefined : plan)`,
  ],
  'a command is not tried before it is accepted': instead('changing || !begun', 'true'),
};

/** The mistakes by their sentences. */
export const RUNNER_MISTAKES: readonly string[] = Object.keys(MISTAKES);

/** The runner's source with every mistake asleep in it. Fails for one whose place is gone. */
export function withRunnerMistakes(source: string): string {
  return Object.entries(MISTAKES).reduce((code, [mistake, [text, planted]]) => {
    const [before = '', after, ...more] = code.split(text);
    if (after === undefined || more.length > 0) {
      throw new Error(`The runner does not say "${text}" once. Say anew how "${mistake}" is made.`);
    }
    return `${before}${planted(`isAwake(${JSON.stringify(mistake)})`)}${after}`;
  }, source);
}

function instead(text: string, other: string): Mistake {
  return [text, (isAwake) => `(${isAwake} ? (${other}) : (${text}))`];
}
