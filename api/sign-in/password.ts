/** Passwords as OWASP wants them kept: Argon2id with 64 MiB and three passes. */
import { hash, verify } from '@node-rs/argon2';

const PARAMETERS = {
  algorithm: 2, // Argon2id; the library's enum cannot be imported from isolated modules
  memoryCost: 65_536,
  timeCost: 3,
  parallelism: 1,
} as const;

export function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS);
}

export function verifyPassword(given: { hash: string; password: string }): Promise<boolean> {
  return verify(given.hash, given.password);
}
