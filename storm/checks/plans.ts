/** What lies ahead of every agreement is what the rules in force plan for it. */
import { milestonesAhead } from '../../domain/milestones.ts';
import type { Facts } from '../facts.ts';
import { grouped } from './finding.ts';
import type { Checked } from './finding.ts';

/** Plans every agreement afresh, and compares. */
export function checkPlans({
  agreements,
  milestones,
  rules,
}: Pick<Facts, 'agreements' | 'milestones' | 'rules'>): Checked {
  const stored = grouped(milestones, ({ id }) => id);
  const findings = agreements.flatMap(({ id, state }) => {
    const planned = milestonesAhead(state, { policy: rules });
    const wanted = inWords(planned);
    const found = inWords(stored.get(id) ?? []);
    const what = `has ${found || 'nothing'} ahead, and by rules ${rules.version} ${wanted || 'nothing'}`;
    return wanted === found ? [] : [{ check: 'plans' as const, about: id, what }];
  });
  return { looked: agreements.length, findings };
}

function inWords(milestones: readonly { key: string }[]): string {
  return milestones
    .map(({ key }) => key)
    .sort()
    .join(', ');
}
