/**
 * Marked words, and looking for them where nothing that people write may ever be: as they were
 * written, in capitals, in Base64 at any offset, in hexadecimal.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';

/** Those of these words of letters and digits that can be found in what a machine has written. */
export function foundIn(written: Buffer | string, words: readonly string[]): string[] {
  const bytes = typeof written === 'string' ? Buffer.from(written) : written;
  // One character a byte, so that bytes can be searched as a text.
  const asWritten = bytes.toString('latin1');
  const lowered = asWritten.toLowerCase();
  return words.filter(
    (word) =>
      lowered.includes(word.toLowerCase()) ||
      lowered.includes(Buffer.from(word).toString('hex')) ||
      inBase64(word).some((encoded) => asWritten.includes(encoded)),
  );
}

/** Everything in Temporal's file and in what it has not yet merged into it. */
export function temporalBytes(file: string): Buffer {
  const files = [file, `${file}-wal`].filter((each) => existsSync(each));
  return Buffer.concat(files.map((each) => readFileSync(each)));
}

/**
 * Everything that the client can read: a word in the file may be cut in two by the end of a page.
 * Payloads come as Base64.
 */
export async function temporalHistories(client: Client): Promise<string> {
  const told: string[] = [];
  for await (const { workflowId, runId, raw } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    told.push(JSON.stringify(raw), JSON.stringify(events));
  }
  return told.join('\n');
}

// The same word looks different at each of three offsets; its first and last characters mix with
// their neighbours and are left out.
function inBase64(word: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + word).toString('base64');
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });
}
