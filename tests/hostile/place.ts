/**
 * What the tester works on: the installation that the demonstration leaves behind, opened again with limits high
 * enough for one who asks all the time, and with a mail server that refuses one address.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { ROOT } from '../../config/root.ts';
import { PASSWORD } from '../../demo/cast.ts';
import { openBrowser } from '../../demo/browser.ts';
import type { Browser } from '../../demo/browser.ts';
import { freePort } from '../../local/port.ts';
import { stopProcess } from '../../local/stop-process.ts';

/** Whoever has this address is sent nothing: the server refuses it for good. */
export const REFUSED_ADDRESS = 'tak.sampai@mitra.example';

/** How long (ms) the installation may take to open. */
const PATIENCE = 90_000;

export type Place = {
  url: string;
  /** Signs somebody in who has the password of the demonstration; answers the cookie. */
  cookieOf: (email: string) => Promise<string>;
  /** The same person's browser, by which the contract can be asked. */
  browserOf: (email: string) => Promise<Browser>;
  /** How often each route was answered with each status, by the product's own count. */
  counts: () => Promise<Count[]>;
  stop: () => Promise<void>;
};

export type Count = { method: string; route: string; status: number; times: number };

/** Plays the demonstration in this folder and opens its installation. */
export async function openPlace(folder: string, say: (line: string) => void): Promise<Place> {
  const port = await freePort();
  const mailPort = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const origin = `http://localhost:${port}`;
  const env = {
    ...process.env,
    // Passwords are cheap to hash here, which is refused in production.
    NODE_ENV: 'test',
    PASSWORD_MEMORY: '1',
    MAPALUS_HOME: path.join(folder, 'installation'),
    MAPALUS_INSTALLATION: 'training',
    PORT: String(port),
    TRUSTED_PROXIES: 'loopback',
    REQUESTS_PER_MINUTE: '1000000',
    REQUESTS_AT_ONCE: '100',
  };
  say('Playing the demonstration …');
  await ended(start('demo', path.join(folder, 'demo.log'), env));
  say('Opening its installation …');
  const mailServer = await refusingServer(mailPort);
  const product = start('start', path.join(folder, 'product.log'), {
    ...env,
    SMTP_URL: `smtp://127.0.0.1:${mailPort}`,
  });
  await untilReady(url, product);
  let address = 0;

  return {
    url,
    async cookieOf(email) {
      const answer = await fetch(`${url}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Origin: origin,
          'X-Forwarded-For': `10.9.1.${(address += 1)}`,
        },
        body: JSON.stringify({ email, password: PASSWORD }),
      });
      if (!answer.ok) throw new Error(`${email} could not sign in: ${answer.status}`);
      return answer.headers
        .getSetCookie()
        .map((each) => each.split(';')[0])
        .join('; ');
    },
    async browserOf(email) {
      const browser = openBrowser({ url, origin, address: `10.9.2.${(address += 1)}` });
      await browser.signIn(email, PASSWORD);
      return browser;
    },
    counts: async () => countsIn(await (await fetch(`${url}/metrics`)).text()),
    async stop() {
      await stopProcess(product, 30_000);
      await new Promise<void>((resolve) => mailServer.close(() => resolve()));
    },
  };
}

function start(script: 'demo' | 'start', logFile: string, env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(logFile, 'a');
  const program = path.join(ROOT, `build/${script}.js`);
  const child = spawn(process.execPath, ['--enable-source-maps', program], {
    cwd: ROOT,
    env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`The demonstration ended with ${String(code)}; see demo.log.`);
}

async function untilReady(url: string, product: ChildProcess): Promise<void> {
  const until = performance.now() + PATIENCE;
  while (performance.now() < until && product.exitCode === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(200);
  }
  throw new Error('The installation did not open; see product.log.');
}

async function refusingServer(port: number): Promise<SMTPServer> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, answer) =>
      answer(
        address === REFUSED_ADDRESS
          ? Object.assign(new Error('no such mailbox'), { responseCode: 550 })
          : null,
      ),
    onData: (stream, _session, taken) => {
      stream.resume().once('end', () => taken());
    },
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

function countsIn(metrics: string): Count[] {
  const line =
    /^mapalus_http_request_seconds_count\{method="(\w+)",route="([^"]+)",status="(\d+)"\} (\d+)/gm;
  return [...metrics.matchAll(line)].map(([, method = '', route = '', status, times]) => ({
    method: method.toLowerCase(),
    route,
    status: Number(status),
    times: Number(times),
  }));
}
