/** Each agreement's timeline tells each of its versions once, in order, and ends where it stands. */
import type { AuditRow, Facts } from '../facts.ts';
import { grouped } from './finding.ts';
import type { Checked, Finding } from './finding.ts';

/** Looks at every timeline. */
export function checkOrder({ audit, agreements }: Pick<Facts, 'audit' | 'agreements'>): Checked {
  const timelines = grouped(audit, ({ subject }) => subject);
  const findings = agreements.flatMap(({ id, version }): Finding[] => {
    const events = timelines.get(`agreement/${id}`) ?? [];
    const say = (what: string): Finding => ({ check: 'order', about: id, what });
    const told = events.flatMap((event) => {
      const found = event.event.version;
      return found === undefined ? [] : [{ version: found, event }];
    });
    const last = told.at(-1)?.version ?? 0;
    return [
      ...told.flatMap(({ version: now, event }, place) => {
        const before = told[place - 1]?.version ?? 0;
        if (now === before) return [say(`version ${now} is told twice (${event.key})`)];
        if (now < before) return [say(`version ${now} is told after version ${before}`)];
        return now > before + 1 && !mayLeap(event)
          ? [say(`nothing is told of the versions between ${before} and ${now}`)]
          : [];
      }),
      ...(last === version
        ? []
        : [say(`stands at version ${version}, and its timeline at ${last}`)]),
    ];
  });
  return { looked: agreements.length, findings };
}

// A reminder that newer rules have overtaken takes a version and is not told.
function mayLeap({ event }: AuditRow): boolean {
  return event.happened.some(({ kind }) => kind === 'replanned');
}
