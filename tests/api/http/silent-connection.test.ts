/** A listening connection that is gone without a word: pages hear of changes all the same. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { PING_EVERY } from '../../../prisma/watched-connection.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { openStream } from '../../support/event-stream.ts';
import type { Hint, OpenStream } from '../../support/event-stream.ts';
import { eventually } from '../../support/eventually.ts';
import { proposed } from '../../support/agreements-over-http.ts';
import { aSwallowingProxy } from '../../support/swallowing-proxy.ts';
import type { SwallowingProxy } from '../../support/swallowing-proxy.ts';

const about = (id: string) => (hints: Hint[]) => hints.some(({ data }) => data.id === id);

let proxy: SwallowingProxy;
beforeAll(async () => {
  proxy = await aSwallowingProxy(inject('postgres').superuserUrl);
});
afterAll(() => proxy.close());

async function listening(api: Api): Promise<OpenStream> {
  return openStream(api.url, (await api.as('proposer-mitra')).cookie);
}

test('it is noticed within half a minute, and another is opened', async () => {
  const api = await anApi('2024-01-08', { appUrl: proxy.by, pingEvery: 1_000 });
  const stream = await listening(api);
  const before = proxy.listeners();

  proxy.swallowListeners();
  await eventually(() => (proxy.listeners() > before ? true : undefined));
  const { id } = await proposed(api);
  await stream.until(about(id));

  expect(about(id)(stream.hints)).toBe(true);
  // A heartbeat that stays out, the next that is not asked for any more, the way back.
  expect(4 * PING_EVERY).toBeLessThan(30_000);
  stream.close();
  await api.stop();
});

test('until there is another, streams look for themselves', async () => {
  const api = await anApi('2024-01-08', { appUrl: proxy.by, pingEvery: 1_000 });
  const stream = await listening(api);

  proxy.swallowListeners('from now on');
  const { id } = await proposed(api);
  await stream.until(about(id));

  expect(about(id)(stream.hints)).toBe(true);
  stream.close();
  await api.stop();
});
