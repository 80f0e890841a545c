/** Ports of this machine. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Between the ports of well-known servers and those that systems lend to outgoing connections (Linux
 * from 32,768, others from 49,152): a port among those may be lent away before it is listened on.
 */
const [FIRST, LAST] = [20_000, 32_767];

/** A port that is free now, and stays so until somebody listens on it on purpose. */
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
