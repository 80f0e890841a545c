/**
 * Each agreement's timeline tells each of its versions once, in order, and ends where it stands.
 * Rules that were published and change no day of it take a version each and are not told.
 */
import type { Facts } from '../facts.ts';
import { grouped } from './finding.ts';
import type { Checked, Finding } from './finding.ts';

/** Looks at every timeline. */
export function checkOrder({
  audit,
  agreements,
  rules,
}: Pick<Facts, 'audit' | 'agreements' | 'rules'>): Checked {
  const timelines = grouped(audit, ({ subject }) => subject);
  const findings = agreements.flatMap(({ id, version }): Finding[] => {
    const events = timelines.get(`agreement/${id}`) ?? [];
    const say = (what: string): Finding => ({ check: 'order', about: id, what });
    const told = events.flatMap((event) => {
      const found = event.event.version;
      return found === undefined ? [] : [{ version: found, event }];
    });
    const last = told.at(-1)?.version ?? 0;
    const untold = version - told.length;
    return [
      ...told.flatMap(({ version: now, event }, place) => {
        const before = told[place - 1]?.version ?? 0;
        if (now === before) return [say(`version ${now} is told twice (${event.key})`)];
        if (now < before) return [say(`version ${now} is told after version ${before}`)];
        return [];
      }),
      ...(last > version ? [say(`stands at version ${version}, and its timeline at ${last}`)] : []),
      ...(untold > rules.version - 1
        ? [say(`nothing is told of ${untold} of its ${version} versions`)]
        : []),
    ];
  });
  return { looked: agreements.length, findings };
}
