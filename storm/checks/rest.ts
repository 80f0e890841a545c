/** Everything is at rest: nothing runs, waits, is held up or was forgotten on its day. */
import type { Facts } from '../facts.ts';
import type { Checked, Finding } from './finding.ts';

/** Names what is not at rest. */
export function checkRest({
  lives,
  milestones,
  businessNow,
  clockMoving,
  heldUp,
}: Pick<Facts, 'lives' | 'milestones' | 'businessNow' | 'clockMoving' | 'heldUp'>): Checked {
  const say = (about: string, what: string): Finding => ({ check: 'rest', about, what });
  const findings = [
    ...lives.flatMap(({ agreementId, pendingActivities }) =>
      pendingActivities.map((activity) => say(agreementId, `is still busy with ${activity}`)),
    ),
    ...lives
      .filter(({ taskAttempts }) => taskAttempts > 1)
      .map(({ agreementId, taskAttempts }) =>
        say(agreementId, `has a workflow task that fails (attempt ${taskAttempts})`),
      ),
    ...milestones
      .filter(({ dueAt }) => dueAt <= businessNow)
      .map(({ agreementId, key }) => say(agreementId, `has not passed ${key}`)),
    ...heldUp.map((what) => say('PostgreSQL', `has a session that is held up: ${what}`)),
    ...(clockMoving ? [say('the clock', 'is still being moved')] : []),
  ];
  return { looked: lives.length, findings };
}
