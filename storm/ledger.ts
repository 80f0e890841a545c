/**
 * What people were promised: each request with its key, and what came of it as far as the one who
 * asked has heard.
 */
import { appendFileSync } from 'node:fs';

/** What a person heard in the end. */
export type Heard =
  | { kind: 'done'; status: number; version: number | null; body: string }
  | { kind: 'refused'; status: number; code: string }
  /** No answer that says what came of it, although it was asked for until the end. */
  | { kind: 'unknown'; last: string };

/** One request, however often it was sent. */
export type Entry = {
  /** When it was sent first, in milliseconds since 1970. */
  at: number;
  person: string;
  key: string;
  /** The command or what else was asked: `submit`, `propose`, `renew`, `publish`. */
  command: string;
  path: string;
  /** The agreement it is about; of one that was begun, what the answer named. */
  agreement: string | null;
  attempts: number;
  heard: Heard;
  /** Every different answer that came for this one key. */
  answers: string[];
};

/** An answer that should never be given to these people, or a door that was closed to them. */
export type Oddity = { at: number; person: string; path: string; answer: string };

export type Ledger = {
  entries: readonly Entry[];
  oddities: readonly Oddity[];
  note: (entry: Entry) => void;
  noteOddity: (oddity: Oddity) => void;
};

/** Opens a ledger; each line is also written to the file, for study. */
export function openLedger(file: string): Ledger {
  const entries: Entry[] = [];
  const oddities: Oddity[] = [];
  const write = (line: object) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  return {
    entries,
    oddities,
    note(entry) {
      entries.push(entry);
      const { answers, heard, ...line } = entry;
      const { body: _body, ...short } = { body: '', ...heard };
      write({ ...line, heard: short, answers: answers.length });
    },
    noteOddity(oddity) {
      oddities.push(oddity);
      write(oddity);
    },
  };
}
