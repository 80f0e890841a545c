/** A page's event stream, as a browser reads it: it opens again where it stopped. */
import { ORIGIN } from './api.ts';

export type Hint = { id: string; event: string; data: { id: string | null } };

export type OpenStream = {
  /** Every hint so far, in the order of arrival. */
  hints: Hint[];
  /** The place a browser would go on from when it is cut off now. */
  lastEventId: () => string | undefined;
  /** Comments by which the stream shows that it is alive. */
  beats: () => number;
  /** Resolves as soon as the hints fulfil this. */
  until: (enough: (hints: Hint[]) => boolean) => Promise<void>;
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>;
  close: () => void;
};

/** Opens a stream; rejects with the status when it is refused. */
export async function openStream(
  url: string,
  cookie: string,
  lastEventId?: string,
): Promise<OpenStream> {
  const closing = new AbortController();
  const response = await fetch(`${url}/api/v1/events`, {
    signal: closing.signal,
    headers: {
      Cookie: cookie,
      Origin: ORIGIN,
      ...(lastEventId && { 'Last-Event-ID': lastEventId }),
    },
  });
  if (!response.ok || !response.body) throw new Error(`the stream was refused: ${response.status}`);

  const hints: Hint[] = [];
  const waiting = new Set<() => void>();
  let beats = 0;
  let place = lastEventId;
  const ended = read(response.body).catch(() => undefined);
  return {
    hints,
    lastEventId: () => place,
    beats: () => beats,
    until: (enough) =>
      new Promise((resolve) => {
        const look = () => {
          if (!enough(hints)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    ended,
    close: () => closing.abort(),
  };

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) hear(part);
      for (const look of [...waiting]) look();
    }
  }

  function hear(part: string): void {
    if (part.startsWith(':')) beats += 1;
    const fields = Object.fromEntries(
      part.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
    );
    const { id, event, data } = fields;
    if (id) place = id;
    if (id && event && data) hints.push({ id, event, data: JSON.parse(data) as Hint['data'] });
  }
}
