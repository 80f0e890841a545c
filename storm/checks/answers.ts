/** One key has one answer, and nobody was shown a defect or a closed door. */
import type { Facts } from '../facts.ts';
import type { Checked, Finding } from './finding.ts';

/** Looks at what people were answered. */
export function checkAnswers({
  ledger,
  oddities,
  requests,
}: Pick<Facts, 'ledger' | 'oddities' | 'requests'>): Checked {
  const several = ledger
    .filter(({ answers }) => answers.length > 1)
    .map(({ command, key, answers }): Finding => ({
      check: 'answers',
      about: `${command} ${key}`,
      what: `has ${answers.length} answers: ${answers.map((each) => each.slice(0, 60)).join(' | ')}`,
    }));
  const odd = oddities.map(({ person, path, answer }): Finding => ({
    check: 'answers',
    about: `${person} ${path}`,
    what: `was answered ${answer}`,
  }));
  const kept = new Map(
    requests.map(({ principal, key, answer }) => [`${principal} ${key}`, answer]),
  );
  const unkept = ledger.flatMap(({ person, command, key, heard }): Finding[] => {
    if (heard.kind !== 'done' || command === 'advance') return [];
    const answer = kept.get(`${person} ${key}`) ?? null;
    if (answer === heard.body) return [];
    const what = answer === null ? 'no answer is kept' : 'another answer is kept';
    return [
      { check: 'answers', about: `${command} ${key}`, what: `was acknowledged, and ${what}` },
    ];
  });
  return { looked: ledger.length, findings: [...several, ...odd, ...unkept] };
}
