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
  const settled = new Set(
    requests
      .filter(({ status }) => status !== null)
      .map(({ principal, key }) => `${principal} ${key}`),
  );
  const unkept = ledger
    .filter(({ heard, command }) => heard.kind === 'done' && command !== 'advance')
    .filter(({ person, key }) => !settled.has(`${person} ${key}`))
    .map(({ command, key }): Finding => ({
      check: 'answers',
      about: `${command} ${key}`,
      what: 'was acknowledged, and its answer is not kept',
    }));
  return { looked: ledger.length, findings: [...several, ...odd, ...unkept] };
}
