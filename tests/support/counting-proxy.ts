/**
 * A way to PostgreSQL that counts round trips: how often the server has said that it is ready for the
 * next query, whatever a driver or a library made of what it was asked.
 */
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export type CountingProxy = {
  /** The same address by way of the proxy. */
  by: (url: string) => string;
  /** Round trips since it was asked last. */
  count: () => number;
  close: () => Promise<void>;
};

const READY_FOR_QUERY = 'Z'.charCodeAt(0);

/** Opens a proxy to the server at this host and port. */
export async function aCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let trips = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    const countReady = messageCounter((type) => {
      if (type === READY_FOR_QUERY) trips += 1;
    });
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => {
      countReady(bytes);
      client.write(bytes);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
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
    count: () => {
      const counted = trips;
      trips = 0;
      return counted;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

// A message of PostgreSQL is its type and its length, which counts itself but not the type.
function messageCounter(onMessage: (type: number) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      onMessage(rest.readUInt8(0));
      rest = rest.subarray(1 + rest.readInt32BE(1));
    }
  };
}
