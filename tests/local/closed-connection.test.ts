/** Calls to Temporal that are under way when their connection is closed, as when the API is stopped. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, test } from 'vitest';
import { isUnreachable } from '../../api/workflow-client.ts';
import { clientInterceptors } from '../../config/temporal.ts';
import { eventually } from '../support/eventually.ts';

test('a call that would be tried again ends with its connection, and so does nothing else', async () => {
  const way = await aWayTo(inject('temporalAddress'));
  let attempts = 0;
  const connection = await Connection.connect({
    address: way.address,
    interceptors: [
      ...clientInterceptors,
      (options, next) => {
        attempts += 1;
        return next(options) as never;
      },
    ],
  });
  await way.close();
  attempts = 0;
  const call = new Client({ connection }).workflow
    .getHandle('of-nothing')
    .describe()
    .catch((error: unknown) => error);
  await eventually(() => (attempts > 1 ? true : undefined), { waitingFor: 'a second attempt' });

  await connection.close();

  expect(isUnreachable(await call)).toBe(true);
});

/** A way to a server that can be closed. */
async function aWayTo(server: string): Promise<{ address: string; close: () => Promise<void> }> {
  const [host = '', port = ''] = server.split(':');
  const sockets: Socket[] = [];
  const gate = createServer((incoming) => {
    const outgoing = connect(Number(port), host);
    sockets.push(incoming, outgoing);
    for (const each of [incoming, outgoing]) each.on('error', () => undefined);
    incoming.pipe(outgoing).pipe(incoming);
  }).listen(0, '127.0.0.1');
  await once(gate, 'listening');
  return {
    address: `127.0.0.1:${(gate.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(gate, 'close');
      gate.close();
      for (const each of sockets) each.destroy();
      await closed;
    },
  };
}
