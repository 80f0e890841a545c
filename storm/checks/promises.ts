/**
 * What was acknowledged has happened exactly once, what was refused has not, and nothing has
 * happened that nobody asked for.
 */
import type { AuditRow, Facts } from '../facts.ts';
import type { Entry } from '../ledger.ts';
import { grouped } from './finding.ts';
import type { Checked, Finding } from './finding.ts';

/** Holds the ledger against the audit. */
export function checkPromises({
  ledger,
  requests,
  audit,
  agreements,
}: Pick<Facts, 'ledger' | 'requests' | 'audit' | 'agreements'>): Checked {
  const commandOf = new Map(
    requests.map(({ principal, key, commandId }) => [`${principal} ${key}`, commandId]),
  );
  const recorded = grouped(audit, ({ key }) => key);
  const known = new Set(agreements.map(({ id }) => id));
  const asked = ledger.filter(({ command }) => command !== 'advance');
  const findings: Finding[] = [];
  const say = ({ command, agreement, key }: Entry, what: string) =>
    findings.push({ check: 'promises', about: `${command} ${key} of ${agreement}`, what });

  for (const entry of asked) {
    const commandId = commandOf.get(`${entry.person} ${entry.key}`);
    const events = commandId === undefined ? [] : (recorded.get(commandId) ?? []);
    const { heard } = entry;
    if (heard.kind === 'done') {
      if (commandId === undefined) say(entry, 'was acknowledged, and its key is not kept');
      else if (events.length === 0) say(entry, 'was acknowledged, and is not recorded');
      else if (events.length > 1)
        say(entry, `was acknowledged, and is recorded ${events.length} times`);
      else if (isAhead(heard.version, events[0])) say(entry, 'was answered before it was recorded');
      if (entry.agreement !== null && !known.has(entry.agreement)) {
        say(entry, 'was acknowledged, and its agreement is not there');
      }
    }
    if (heard.kind === 'refused' && events.length > 0)
      say(entry, `was refused (${heard.code}), and is recorded`);
    if (heard.kind === 'unknown') {
      say(entry, `has no outcome in the calm (${heard.last}); recorded ${events.length} times`);
    }
  }

  const wanted = new Set(asked.map(({ person, key }) => commandOf.get(`${person} ${key}`)));
  for (const { subject, seq, key, event } of audit) {
    // What is told to a dependant has the command's key, and how the two are related.
    const [command] = key.split('/');
    if (event.by !== null && subject.startsWith('agreement/') && !wanted.has(command)) {
      findings.push({
        check: 'promises',
        about: `${subject} #${seq}`,
        what: 'was asked for by nobody',
      });
    }
  }
  return { looked: asked.length, findings };
}

// The answer shows the agreement as it was read after the recording, or later.
function isAhead(answered: number | null, event: AuditRow | undefined): boolean {
  const version = event?.event.version;
  return answered !== null && version !== undefined && answered < version;
}
