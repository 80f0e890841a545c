/**
 * Passwords as OWASP wants them kept: Argon2id with three passes, and 64 MiB where nobody says otherwise. And
 * which ones are taken at all: long enough, and not among the first that somebody would try.
 */
import { hash, verify } from '@node-rs/argon2';
import { Refused } from '../http/problems.ts';

/** How many characters a password has at least and at most. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 128;

/** Below so many guesses (as a power of ten: 8) a password counts as common. */
const LEAST_SCORE = 3;

/** Words that everybody here would try first. */
const OWN_WORDS = ['mapalus', 'katasandi', 'sandi', 'bpjs', 'ketenagakerjaan', 'jamsostek'];

/** Hashes a password with this much memory (MiB, `PASSWORD_MEMORY`). */
export function hashPassword(password: string, memory: number): Promise<string> {
  return hash(password, {
    algorithm: 2, // Argon2id; the library's enum cannot be imported from isolated modules
    memoryCost: memory * 1_024,
    timeCost: 3,
    parallelism: 1,
  });
}

export function verifyPassword(given: { hash: string; password: string }): Promise<boolean> {
  return verify(given.hash, given.password);
}

/** Refuses a password that nobody should choose; `about` are words by which its owner is known. */
export async function requireGoodPassword(
  password: string,
  about: readonly string[],
): Promise<void> {
  if (password.length < SHORTEST_PASSWORD) {
    throw new Refused('PasswordTooShort', { least: SHORTEST_PASSWORD });
  }
  if (password.length > LONGEST_PASSWORD) {
    throw new Refused('PasswordTooLong', { most: LONGEST_PASSWORD });
  }
  const { check } = await guessing();
  const words = about.map((each) => each.toLowerCase());
  const parts = words.flatMap((each) => [...each.split('@'), ...each.split(/[^\p{L}\p{N}]+/u)]);
  const known = [...words, ...parts].filter((word) => word.length > 2);
  if (check(password, [...OWN_WORDS, ...known]) < LEAST_SCORE) throw new Refused('PasswordCommon');
}

type Guessing = { check: (password: string, known: string[]) => number };
let asked: Promise<Guessing> | undefined;

// Lists of 49,000 common passwords and of English and Indonesian words and names, and the patterns of keyboards,
// dates and repetitions. They take a tenth of a second to load, which most processes never need.
function guessing(): Promise<Guessing> {
  asked ??= Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-id'),
  ]).then(([{ ZxcvbnFactory }, common, indonesian]) => {
    const guesser = new ZxcvbnFactory({
      dictionary: { ...common.dictionary, ...indonesian.dictionary },
      graphs: common.adjacencyGraphs,
    });
    return { check: (password, known) => guesser.check(password, known).score };
  });
  return asked;
}
