/**
 * An SMTP server for a machine that has none. It delivers to nobody: each mail it takes becomes a
 * file that people can open and the app can show.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { mailboxName } from '../config/mailbox.ts';
import type { Logger } from '../config/log.ts';
import { runService } from '../config/process.ts';
import type { Running } from '../config/process.ts';
import { required } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';

await runService('mailbox', startMailbox);

async function startMailbox(settings: Settings, log: Logger): Promise<Running> {
  const folder = required(settings, 'MAILBOX_FOLDER', 'the folder that mails are kept in');
  const { port } = new URL(required(settings, 'SMTP_URL', 'where the mailbox listens'));
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: 10 * 1024 * 1024,
    // Whoever keeps a connection open is cut off; the library would wait half a minute.
    closeTimeout: 1_000,
    onData(stream, _session, taken) {
      text(stream)
        .then((mail) => keep(folder, mail))
        .then(
          () => taken(),
          (error: Error) => taken(error),
        );
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), '127.0.0.1', resolve);
  });
  // A sender that dies in the middle of a mail breaks its connection and nothing else.
  server.on('error', ({ message }) => log.info({ reason: message }, 'a connection broke'));
  return { stop: () => new Promise((resolve) => void server.close(resolve)) };
}

// A mail that comes twice keeps both files: the mailbox hides nothing. Renamed when complete, so
// that nobody reads half a mail.
async function keep(folder: string, mail: string): Promise<void> {
  const messageId = /^message-id:\s*(<[^>]+>)/im.exec(mail)?.[1] ?? '';
  const name = `${mailboxName(messageId)}.${Date.now()}.eml`;
  const unfinished = path.join(folder, `.${name}`);
  await writeFile(unfinished, mail, { mode: 0o600 });
  await rename(unfinished, path.join(folder, name));
}
