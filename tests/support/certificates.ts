/** Certificates that nobody has signed but their own key, as Debian makes one for its Postfix. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A certificate and its key in PEM form, and the file of the certificate. */
export type Certificate = { cert: string; key: string; file: string; remove: () => void };

/** Makes a certificate for these names, as `DNS:mail.example.test` or `IP:127.0.0.1`. */
export function aCertificate(...names: string[]): Certificate {
  const folder = mkdtempSync(path.join(tmpdir(), 'mapalus-certificate-'));
  const [file, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const says = ['-subj', '/CN=mail.example.test', '-addext', 'basicConstraints=CA:FALSE'];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-days', '2', ...kind, ...says],
      ...['-addext', `subjectAltName=${names.join(',')}`, '-keyout', keyFile, '-out', file],
    ],
    { stdio: 'ignore' },
  );
  const [cert, key] = [readFileSync(file, 'utf8'), readFileSync(keyFile, 'utf8')];
  return { cert, key, file, remove: () => rmSync(folder, { recursive: true }) };
}
