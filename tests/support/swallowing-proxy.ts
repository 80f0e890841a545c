/**
 * A way to PostgreSQL on which connections can be lost without a word, as behind a firewall that
 * forgets them: what either end sends is swallowed, and nobody is told.
 */
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export type SwallowingProxy = {
  /** The same address by way of the proxy. */
  by: (url: string) => string;
  /** How many connections have begun to listen for announcements. */
  listeners: () => number;
  /** Loses those that listen by now, or those to come as well; others go through. */
  swallowListeners: (which?: 'now' | 'from now on') => void;
  close: () => Promise<void>;
};

/** Opens a proxy to the server at this host and port. */
export async function aSwallowingProxy(target: string): Promise<SwallowingProxy> {
  const { hostname, port } = new URL(target);
  const listening = new Set<Socket>();
  const swallowed = new Set<Socket>();
  const sockets = new Set<Socket>();
  let listeners = 0;
  let swallowing = false;

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (bytes) => {
      if (swallowed.has(client)) return;
      if (bytes.includes('listen mapalus')) {
        listening.add(client);
        listeners += 1;
        if (swallowing) return void swallowed.add(client);
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!swallowed.has(client)) client.write(bytes);
    });
    client.on('close', () => swallowed.has(client) || upstream.destroy());
    upstream.on('close', () => swallowed.has(client) || client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;

  return {
    by: (url) => {
      const through = new URL(url);
      through.hostname = '127.0.0.1';
      through.port = String(own);
      return through.href;
    },
    listeners: () => listeners,
    swallowListeners: (which = 'now') => {
      swallowing = which === 'from now on';
      for (const client of listening) swallowed.add(client);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
