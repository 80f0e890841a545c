/** How answers travel: compressed, kept by browsers where they may be, and hints at once. */
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../../config/root.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';

const PAGES = path.join(ROOT, 'build/web');

let api: Api;
let cookie: string;
beforeAll(async () => {
  api = await anApi('2024-01-08', { pages: PAGES });
  ({ cookie } = await api.as('head-tondano'));
});
afterAll(() => api.stop());

type Raw = { answer: IncomingMessage; bytes: Buffer };

/** Asks without undoing any compression. */
function raw(at: string, encoding: string): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const asked = request(
      api.url + at,
      { headers: { Cookie: cookie, 'Accept-Encoding': encoding } },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.once('end', () => resolve({ answer, bytes: Buffer.concat(pieces) }));
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}

describe('an answer', () => {
  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ])('is compressed as %s for those who take it, and says that it varies', async (name, undo) => {
    const at = '/api/v1/regions?level=2&limit=100';
    const plain = await raw(at, 'identity');
    const { answer, bytes } = await raw(at, name);

    expect(plain.answer.headers['content-encoding']).toBeUndefined();
    expect(answer.headers['content-encoding']).toBe(name);
    for (const each of [plain.answer, answer]) {
      expect(each.headers.vary).toMatch(/\bAccept-Encoding\b/i);
      expect(each.headers['cache-control']).toBe('no-store');
    }
    expect(undo(bytes).toString()).toBe(plain.bytes.toString());
    expect(bytes.length).toBeLessThan(plain.bytes.length / 3);
  });
});

describe('the stream of hints', () => {
  test('is not compressed, and its first place arrives while it stays open', async () => {
    const first = await new Promise<{ answer: IncomingMessage; text: string }>(
      (resolve, reject) => {
        const asked = request(
          `${api.url}/api/v1/events`,
          { headers: { Cookie: cookie, 'Accept-Encoding': 'gzip, br' } },
          (answer) =>
            answer.once('data', (piece: Buffer) => {
              resolve({ answer, text: piece.toString() });
              asked.destroy();
            }),
        );
        asked.once('error', reject);
        asked.end();
      },
    );

    expect(first.answer.headers['content-encoding']).toBeUndefined();
    expect(first.answer.headers['content-type']).toMatch(/^text\/event-stream\b/);
    expect(first.text).toMatch(/^retry: 2000\nid: \d+\.\d+\n\n/);
  });
});

describe('the files of the pages', () => {
  test('have a hash in their names and are kept for ever', async () => {
    const files = readdirSync(path.join(PAGES, 'assets'));
    const [script = ''] = files.filter((file) => file.endsWith('.js'));
    const { answer } = await raw(`/assets/${script}`, 'gzip');

    expect(files.filter((file) => !/-[\w-]{8}\.\w+$/.test(file))).toEqual([]);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  test('that are gone are not found, and no page is given in their place', async () => {
    const { answer } = await raw('/assets/index-00000000.js', 'identity');

    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  test('without a hash are asked about again, the page first of all', async () => {
    const kept = await Promise.all(
      ['/', '/agreements', '/plus-jakarta-sans-license.txt'].map((at) => raw(at, 'gzip')),
    );

    expect(kept.map(({ answer }) => answer.headers['cache-control'])).toEqual([
      'no-cache',
      'no-cache',
      'no-cache',
    ]);
    // What the page itself names is kept.
    const named = [...gunzipOf(kept[0]).matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, at]) => at);
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((at) => !at?.startsWith('/assets/'))).toEqual([]);
  });

  function gunzipOf(raw: Raw | undefined): string {
    const { bytes = Buffer.of(), answer } = raw ?? {};
    return (answer?.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
  }
});
