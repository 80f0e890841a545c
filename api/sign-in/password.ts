/** Passwords as OWASP wants them kept: Argon2id with three passes, and 64 MiB where nobody says otherwise. */
import { hash, verify } from '@node-rs/argon2';

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
