/** A real SMTP server for tests, and the relay that hands it a test installation's mail. */
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import { createLog } from '../../config/log.ts';
import type { MailServer as ServerOfOurs } from '../../config/mail-server.ts';
import { freePort } from '../../local/port.ts';
import { startRelay } from '../../mail/relay.ts';
import type { Relay } from '../../mail/relay.ts';
import type { Database } from '../../prisma/connect.ts';
import { urlOf } from '../../prisma/roles.ts';
import { TEST_SECRET } from './test-servers.ts';
import type { Engine } from './stage.ts';

/** A mail as it came over the wire. */
export type ReceivedMail = { to: string; messageId: string; source: string; secure: boolean };

export type MailServer = { received: ReceivedMail[]; close: () => Promise<void> };

export type PostOffice = { received: ReceivedMail[]; stop: () => Promise<void> };

export type MailServerOptions = Pick<
  SMTPServerOptions,
  | 'allowInsecureAuth'
  | 'cert'
  | 'disabledCommands'
  | 'key'
  | 'onAuth'
  | 'onConnect'
  | 'onMailFrom'
  | 'onRcptTo'
> & {
  /** What happens between the whole text and the server's answer; an error is the answer. */
  beforeAnswer?: (mail: ReceivedMail, server: SMTPServer) => Promise<void>;
};

/** Takes mail on this port. */
export async function aMailServer(
  port: number,
  { beforeAnswer = () => Promise.resolve(), ...options }: MailServerOptions = {},
): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    ...options,
    onData(stream, { envelope, secure }, taken) {
      text(stream)
        .then(async (source) => {
          const messageId = /^message-id:\s*(<[^>]+>)/im.exec(source)?.[1] ?? '';
          const mails = envelope.rcptTo.map(({ address: to }) => ({
            to,
            messageId,
            source,
            secure,
          }));
          for (const mail of mails) await beforeAnswer(mail, server);
          received.push(...mails);
        })
        .then(
          () => taken(),
          (error: Error) => taken(error),
        );
    },
  });
  // Clients that die break their connections.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  return {
    received,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

/** Sends the mail of this database to this port. */
export function aRelay(
  database: Database,
  ownerUrl: string,
  port: number,
  server: Partial<ServerOfOurs> = {},
): Relay {
  return startRelay({
    database,
    databaseUrl: urlOf('mapalus_worker', ownerUrl, TEST_SECRET),
    mailServer: { url: `smtp://127.0.0.1:${port}`, tls: 'offered', ...server },
    from: 'Mapalus <mapalus@example.test>',
    giveUpAfterDays: 3,
    mailDomain: 'example.test',
    baseUrl: 'http://mapalus.test',
    log: createLog('relay', process.env['TEST_LOG'] ?? 'silent'),
  });
}

/** Sends this engine's mail for as long as the office is open. */
export async function aPostOffice({ database, ownerUrl }: Engine): Promise<PostOffice> {
  const port = await freePort();
  const server = await aMailServer(port);
  const relay = aRelay(database, ownerUrl, port);
  return {
    received: server.received,
    async stop() {
      await relay.stop();
      await server.close();
    },
  };
}
