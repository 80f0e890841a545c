/** Which ports the parts of an embedded stack are given. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, isFree } from '../../local/port.ts';

const LENT = '/proc/sys/net/ipv4/ip_local_port_range';

test.runIf(existsSync(LENT))(
  'a free port is none that the system lends to outgoing connections',
  async () => {
    const [firstLent = 0] = readFileSync(LENT, 'utf8').split(/\s+/).map(Number);

    const ports = await Promise.all(Array.from({ length: 50 }, freePort));

    expect(Math.max(...ports)).toBeLessThan(firstLent);
  },
);

test('a port on which somebody listens is not free', async () => {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  const taken = await isFree(port, '127.0.0.1');
  await new Promise((resolve) => server.close(resolve));

  expect(taken).toBe(false);
  expect(await isFree(port, '127.0.0.1')).toBe(true);
});
