/** Ports of this machine. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Outside the range from which systems take the local ports of outgoing connections (Linux from 32,768,
 * others from 49,152). A free port within it can be taken by a connection before a server listens on it.
 */
const [FIRST, LAST] = [20_000, 32_767];

/** A port on which nothing listens and that no outgoing connection will take. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST + 1);
    if (await isFree(port, '127.0.0.1')) return port;
  }
}

/** Whether nobody listens on this port at this address of the machine. */
export async function isFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EADDRINUSE'));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}
