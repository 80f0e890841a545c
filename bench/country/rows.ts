/** Rows for COPY: ids that a name always gives again, and text as PostgreSQL reads it. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** A column's value; arrays and JSON come as `listOf` and `JSON.stringify` write them. */
export type Value = string | number | boolean | null;

/** The id of the thing with this name. */
export function idOf(name: string): string {
  const hex = createHash('md5').update(name).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`];
  return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

/** An array of ids or codes as a column's text. */
export function listOf(values: readonly string[]): string {
  return `{${values.join(',')}}`;
}

/** Copies rows into the named columns of a table. */
export async function copyRows(
  client: pg.Client,
  target: string,
  rows: Iterable<readonly Value[]>,
): Promise<void> {
  await pipeline(Readable.from(pieces(rows)), client.query(copyFrom(`copy ${target} from stdin`)));
}

// A stream of many short lines costs more than the lines themselves.
function* pieces(rows: Iterable<readonly Value[]>): Generator<string> {
  let piece = '';
  for (const row of rows) {
    piece += `${row.map(inCopy).join('\t')}\n`;
    if (piece.length > 64 * 1024) {
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

const ESCAPED: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function inCopy(value: Value): string {
  return value === null
    ? '\\N'
    : String(value).replace(/[\\\t\n\r]/g, (each) => ESCAPED[each] ?? '');
}
