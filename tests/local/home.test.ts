/** By what an installation knows a process again. */
import { expect, test } from 'vitest';
import { isAlive, noted, startByPs } from '../../local/installation-folder.ts';

test('a process is known by its number and the moment it started', () => {
  const me = noted('npm start', process.pid);

  expect(isAlive(me)).toBe(true);
  // Its number belonged to another one then.
  expect(isAlive({ ...me, startedAt: 'long ago' })).toBe(false);
});

test('where the system keeps no /proc, `ps` tells that moment', () => {
  const [state, start] = startByPs(process.pid);

  expect(state).toMatch(/^[A-Z]/);
  const age = (Date.now() - Date.parse(`${start} UTC`)) / 1000;
  expect(Math.abs(age - process.uptime())).toBeLessThan(5);
});
