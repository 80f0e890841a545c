/**
 * What can keep all mail from leaving: recognised by what nodemailer says of an attempt, and told
 * in a sentence. For people who use the pages the sentences stand in `texts/`.
 */
import type { KeptTrouble } from '../prisma/connect.ts';

/** What nodemailer says of an attempt that failed. */
export type SmtpError = Error & {
  code?: string;
  originalCode?: string;
  responseCode?: number;
  /** What was answered: `MAIL FROM`, `RCPT TO`, `DATA`. */
  command?: string;
};

/** What is wrong on the way to the mail server, and what to do about it. */
const TROUBLES = {
  'certificate-unknown': [
    'the mail server shows a certificate that nobody known here has signed',
    'Name its file by SMTP_CA, or for a relay without a password set SMTP_TLS=opportunistic',
  ],
  'certificate-name': [
    'the certificate of the mail server is for another name',
    'Write the name that stands in it into SMTP_URL',
  ],
  'certificate-expired': [
    'the certificate of the mail server is not valid today',
    'Renew it there, or put the clock of this machine right',
  ],
  'no-encryption': [
    'no encrypted connection to the mail server comes about',
    'Look at the port and at smtp:// or smtps:// in SMTP_URL, and at SMTP_TLS',
  ],
  'login-refused': [
    'the mail server refuses the login',
    'Look at the user and the password in SMTP_URL',
  ],
  'server-refuses': [
    'the mail server answers that it takes no mail now',
    'Ask those who run it; its log says why',
  ],
  'connection-refused': [
    'nothing answers at the address of the mail server',
    'Start it, or look at the host and the port in SMTP_URL',
  ],
  'server-unknown': [
    'the name of the mail server is not known',
    'Look at the host in SMTP_URL, and at the name service of this machine',
  ],
  'server-silent': [
    'the mail server is not reached',
    'Look at the host in SMTP_URL, and at firewalls on the way',
  ],
  'connection-broken': [
    'the connection to the mail server breaks off',
    'Look at the log of the mail server',
  ],
} as const;

export type TroubleCode = keyof typeof TROUBLES;

/** What keeps mail from leaving, and the codes by which it was recognised. */
export type MailTrouble = { code: TroubleCode; cause: string };

/** Whether mail can leave, for those who run the installation: `ok`, or why not and since when. */
export function wayOutInWords(kept: KeptTrouble | null): string {
  if (!kept) return 'ok';
  const { code, cause, since } = kept;
  const [what, remedy] = TROUBLES[code as TroubleCode];
  return `Mail cannot leave since ${since.toISOString()}: ${what} (${cause}). ${remedy}.`;
}

/**
 * What a failed attempt says of the way to the server: the trouble; null when the server has looked
 * at the mail itself, so that the way is open; undefined when it says nothing of the way.
 */
export function troubleOf(error: SmtpError): MailTrouble | null | undefined {
  const { code = 'ERROR', originalCode, responseCode } = error;
  if (code === 'ESTREAM') return undefined;
  if (isAboutMail(error)) return null;
  if (isVerdict(error) && responseCode === undefined) return undefined;
  return { code: codeOf(code, originalCode, responseCode), cause: causeOf(error) };
}

/**
 * Whether the server has answered about this mail alone: its reader's address or its text. A sender that
 * is put off is every mail's, as is a server that wants a login (530) or is closing (421).
 */
export function isAboutMail(error: SmtpError): boolean {
  const { command, responseCode } = error;
  if (!isVerdict(error) || responseCode === undefined) return false;
  const isPutOff = responseCode < 500;
  return ![421, 530].includes(responseCode) && !(isPutOff && command === 'MAIL FROM');
}

function isVerdict({ code }: SmtpError): boolean {
  return code === 'EENVELOPE' || code === 'EMESSAGE';
}

/** What nodemailer and the server say of a failure, by codes alone: their texts name people. */
export function causeOf({ code = 'ERROR', originalCode, responseCode }: SmtpError): string {
  return [code, originalCode, responseCode].filter((part) => part !== undefined).join(' ');
}

function codeOf(code: string, originalCode = '', responseCode?: number): TroubleCode {
  if (code === 'EAUTH' || responseCode === 530) return 'login-refused';
  if (responseCode !== undefined && code !== 'ETLS') return 'server-refuses';
  const known = BY_SYSTEM_CODE[originalCode] ?? BY_NODEMAILER_CODE[code];
  if (known) return known;
  return /^(EPROTO$|ERR_SSL)/.test(originalCode) ? 'no-encryption' : 'connection-broken';
}

const BY_SYSTEM_CODE: Record<string, TroubleCode> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-unknown',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-unknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-unknown',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-name',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-expired',
  ECONNREFUSED: 'connection-refused',
  EHOSTUNREACH: 'server-silent',
  ENETUNREACH: 'server-silent',
  ETIMEDOUT: 'server-silent',
};

const BY_NODEMAILER_CODE: Record<string, TroubleCode> = {
  EDNS: 'server-unknown',
  ETIMEDOUT: 'server-silent',
  ETLS: 'no-encryption',
};
