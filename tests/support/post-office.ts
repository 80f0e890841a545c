/** A real SMTP server for tests, and the relay that hands it a test installation's mail. */
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { createLog } from '../../config/log.ts';
import { freePort } from '../../local/port.ts';
import { startRelay } from '../../mail/relay.ts';
import { urlOf } from '../../prisma/roles.ts';
import { TEST_SECRET } from './ground.ts';
import type { Engine } from './stage.ts';

/** A mail as it came over the wire. */
export type ReceivedMail = { to: string; source: string };

export type PostOffice = { received: ReceivedMail[]; stop: () => Promise<void> };

/** Sends this engine's mail for as long as the office is open. */
export async function aPostOffice({ database, ownerUrl }: Engine): Promise<PostOffice> {
  const received: ReceivedMail[] = [];
  const port = await freePort();
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, { envelope }, taken) {
      text(stream).then(
        (source) => {
          for (const { address } of envelope.rcptTo) received.push({ to: address, source });
          taken();
        },
        (error: Error) => taken(error),
      );
    },
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const relay = startRelay({
    database,
    databaseUrl: urlOf('mapalus_worker', ownerUrl, TEST_SECRET),
    smtpUrl: `smtp://127.0.0.1:${port}`,
    from: 'Mapalus <mapalus@example.test>',
    baseUrl: 'http://mapalus.test',
    log: createLog('relay', process.env['TEST_LOG'] ?? 'silent'),
  });
  return {
    received,
    async stop() {
      await relay.stop();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
