/** Everything is at rest: nothing runs, waits, is held up or was forgotten on its day. */
import type { Facts } from '../facts.ts';
import type { Checked, Finding } from './finding.ts';

/** Names what is not at rest. */
export function checkRest({
  workflows,
  milestones,
  businessNow,
  clockMoving,
  heldUp,
}: Pick<Facts, 'workflows' | 'milestones' | 'businessNow' | 'clockMoving' | 'heldUp'>): Checked {
  const say = (about: string, what: string): Finding => ({ check: 'rest', about, what });
  const findings = [
    ...workflows.flatMap(({ id, pendingActivities }) =>
      pendingActivities.map((activity) => say(id, `is still busy with ${activity}`)),
    ),
    ...workflows
      .filter(({ taskAttempts }) => taskAttempts > 1)
      .map(({ id, taskAttempts }) =>
        say(id, `has a workflow task that fails (attempt ${taskAttempts})`),
      ),
    ...milestones
      .filter(({ dueAt }) => dueAt <= businessNow)
      .map(({ id, key }) => say(id, `has not passed ${key}`)),
    ...heldUp.map((what) => say('PostgreSQL', `has a session that is held up: ${what}`)),
    ...(clockMoving ? [say('the clock', 'is still being moved')] : []),
  ];
  return { looked: workflows.length, findings };
}
