/** How to reach the server that takes our mail, and whom to believe that it is the one. */
import { X509Certificate } from 'node:crypto';
import { readNamed } from './named-file.ts';
import { required, SettingsRefused } from './settings.ts';
import type { Settings } from './settings.ts';

/** Where the mail server is, and how connections to it are encrypted. */
export type MailServer = {
  url: string;
  tls: Settings['SMTP_TLS'];
  /** The certificates that are believed, in place of the usual ones. */
  ca?: string;
};

/** The mail server that the settings describe. */
export function mailServer(settings: Settings): MailServer {
  const { SMTP_TLS: tls, SMTP_CA: file } = settings;
  const url = required(settings, 'SMTP_URL', 'the server that takes our mail');
  return { url, tls, ...(file !== undefined && { ca: certificatesIn(file) }) };
}

function certificatesIn(file: string): string {
  const text = readNamed('SMTP_CA', file).toString();
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0 || !blocks.every(isCertificate)) {
    throw new SettingsRefused(
      `SMTP_CA names ${file}, which is not a certificate. It must be one or more in PEM form, ` +
        'each from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.',
    );
  }
  return blocks.join('\n');
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).subject !== '';
  } catch {
    return false;
  }
}
