/**
 * A way to PostgreSQL on which every statement is noted and every round trip counted, whatever a driver
 * or a library made of what it was asked.
 */
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export type CountingProxy = {
  /** The same address by way of the proxy. */
  by: (url: string) => string;
  /** Round trips since it was asked last: how often the server was ready for the next query. */
  count: () => number;
  /** The texts of all statements so far, in the order in which they were sent. */
  statements: readonly string[];
  close: () => Promise<void>;
};

/** Opens a proxy to the server at this host and port. */
export async function aCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const statements: string[] = [];
  let trips = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    // A client's first message has no type.
    const noteStatements = messageReader(0, (type, body) => {
      if (type === 'Q') statements.push(body.toString('utf8', 0, body.length - 1));
      // The name of a prepared statement stands before its text.
      if (type === 'P') statements.push(body.toString('utf8').split('\0')[1] ?? '');
    });
    const countReady = messageReader(1, (type) => {
      if (type === 'Z') trips += 1;
    });
    client.on('data', (bytes) => {
      noteStatements(bytes);
      upstream.write(bytes);
    });
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
    statements,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

// A message is its type, of so many bytes, and its length, which counts itself but not the type.
function messageReader(
  firstType: 0 | 1,
  onMessage: (type: string, body: Buffer) => void,
): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let type: number = firstType;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= type + 4 && rest.length >= type + rest.readInt32BE(type)) {
      const end = type + rest.readInt32BE(type);
      onMessage(rest.toString('latin1', 0, type), rest.subarray(type + 4, end));
      rest = rest.subarray(end);
      type = 1;
    }
  };
}
