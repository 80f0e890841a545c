/** What people call a step of the approval route: by the offices that can take it. */
import type { Agreement } from './reading.ts';

/** The name of the step with this code. */
export function stepName({ approvals }: Pick<Agreement, 'approvals'>, code: string): string {
  const step = approvals.find(({ id }) => id === code);
  return step ? step.offices.map(({ name }) => name).join(' / ') : code;
}
