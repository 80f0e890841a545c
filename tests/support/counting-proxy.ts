/** A way to PostgreSQL on which every statement is noted as it passes. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export type CountingProxy = {
  /** The same address by way of the proxy. */
  by: (url: string) => string;
  /** The texts of all statements so far, in the order in which they were sent. */
  statements: readonly string[];
  close: () => Promise<void>;
};

/** Opens a proxy to the server at this host and port. */
export async function aCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const note = statementReader((text) => statements.push(text));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (bytes) => {
      note(bytes);
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => client.write(bytes));
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
    statements,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Reads what a client sends: after the first message each is a letter, a length and a body. */
function statementReader(onStatement: (text: string) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  let hasBegun = false;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const header = hasBegun ? 1 : 0;
      if (rest.length < header + 4) return;
      const end = header + rest.readInt32BE(header);
      if (rest.length < end) return;
      const [letter, body] = [rest.toString('latin1', 0, header), rest.subarray(header + 4, end)];
      rest = rest.subarray(end);
      hasBegun = true;
      if (letter === 'Q') onStatement(body.toString('utf8', 0, body.length - 1));
      // The name of a prepared statement stands before its text.
      if (letter === 'P') onStatement(body.toString('utf8').split('\0')[1] ?? '');
    }
  };
}
