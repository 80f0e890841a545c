/** Connections to the mail server: kept open between mails, encrypted as the settings say. */
import { createTransport } from 'nodemailer';
import type { MailServer } from '../config/mail-server.ts';

/** How long a connection may take to come about, in milliseconds. */
const PATIENCE = 15_000;

export type Transport = ReturnType<typeof openTransport>;

/** Opens nothing yet: connections are made when there is mail. */
export function openTransport({ url, tls, ca }: MailServer) {
  return createTransport({
    url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: PATIENCE,
    requireTLS: tls === 'required',
    opportunisticTLS: tls === 'opportunistic',
    tls: { rejectUnauthorized: tls !== 'opportunistic', ...(ca !== undefined && { ca }) },
  });
}
