/** Settings are taken as people write them, or refused with what would be right. */
import { expect, test } from 'vitest';
import { mailServer } from '../../config/mail-server.ts';
import { readSettings } from '../../config/settings.ts';

test.each([
  ['BASE_URL', 'mapalus', 'without a path'],
  ['BASE_URL', 'localhost:8080', 'without a path'],
  ['BASE_URL', 'ftp://mapalus.example.go.id', 'without a path'],
  ['BASE_URL', 'https://mapalus.example.go.id/app', 'without a path'],
  ['BASE_URL', 'https://mapalus.example.go.id/?a=b', 'without a path'],
  ['HOST', 'semua', 'an IP address of this machine'],
  ['TRUSTED_PROXIES', 'true', 'how many proxies'],
  ['TRUSTED_PROXIES', 'loopback, pintu', 'how many proxies'],
  ['LOG_LEVEL', 'laut', 'one of "fatal"|"error"|"warn"'],
])('%s=%s is refused in a sentence', (name, value, sentence) => {
  const reading = () => readSettings({ [name]: value });

  expect(reading).toThrow(`Some settings cannot be used:\n  ${name}: `);
  expect(reading).toThrow(sentence);
});

test('a certificate without its key, or a key without its certificate, is refused', () => {
  const sentence = 'TEMPORAL_TLS_CERT: goes together with TEMPORAL_TLS_KEY; one is not set';

  expect(() => readSettings({ TEMPORAL_TLS_CERT: 'client.pem' })).toThrow(sentence);
  expect(() => readSettings({ TEMPORAL_TLS_KEY: 'client.key' })).toThrow(sentence);
});

test.each<[string, NodeJS.ProcessEnv]>([
  ['a password', { SMTP_URL: 'smtp://mapalus:secret@mail.example.go.id:587' }],
  ['a certificate of its CA', { SMTP_CA: 'ca.pem' }],
])('a mail server with %s is not connected to unchecked', (_what, more) => {
  const reading = () => readSettings({ SMTP_TLS: 'opportunistic', ...more });

  expect(reading).toThrow('SMTP_TLS: `opportunistic` checks no certificate');
});

test.each([
  ['is not there', 'nowhere.pem', 'which cannot be read (ENOENT).'],
  ['is no certificate', 'package.json', 'which is not a certificate. It must be one or more'],
])('SMTP_CA is refused in a sentence when the file %s', (_what, file, sentence) => {
  const settings = readSettings({ SMTP_URL: 'smtp://127.0.0.1:25', SMTP_CA: file });

  expect(() => mailServer(settings)).toThrow(`SMTP_CA names ${file}, ${sentence}`);
});

test('passwords that are cheap to guess are refused in production, and taken in tests', () => {
  const cheap = { PASSWORD_MEMORY: '11' };

  expect(() => readSettings({ ...cheap, NODE_ENV: 'production' })).toThrow(
    'PASSWORD_MEMORY: must be at least 12 (MiB) in production',
  );
  expect(readSettings({ ...cheap, NODE_ENV: 'test' }).PASSWORD_MEMORY).toBe(11);
  expect(readSettings({ NODE_ENV: 'production' }).PASSWORD_MEMORY).toBe(64);
});

test.each([
  ['BASE_URL', 'https://Mapalus.example.go.id/', 'https://mapalus.example.go.id'],
  ['BASE_URL', 'http://localhost:8080', 'http://localhost:8080'],
  ['TRUSTED_PROXIES', '1', 1],
  ['TRUSTED_PROXIES', 'loopback, 10.1.0.0/16', ['loopback', '10.1.0.0/16']],
  ['LOG_LEVEL', '', 'info'],
  ['HOST', '', '127.0.0.1'],
  ['HOST', '::', '::'],
] as const)('%s=%s is taken as %j', (name, value, taken) => {
  expect(readSettings({ [name]: value })[name]).toEqual(taken);
});
