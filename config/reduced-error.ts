/**
 * What logs and histories may tell of an error. Texts of libraries and of PostgreSQL quote the
 * values they choked on, so only the kind and the place of an error are told.
 */

/** An error's class and, where PostgreSQL raised it, its SQLSTATE. Nothing else. */
export function reduced(error: unknown): string {
  const name = error instanceof Error ? error.constructor.name : typeof error;
  const state = sqlState(error);
  return state ? `${name} ${state}` : name;
}

/** Where an error came from: the frames of its stack and of its causes', without their texts. */
export function placesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [...frames.slice(0, 12).map((line) => line.trim()), ...placesOf(error.cause)];
}

function sqlState(error: unknown, depth = 0): string | undefined {
  if (error === null || typeof error !== 'object' || depth > 5) return undefined;
  const { code, originalCode, cause, meta, driverAdapterError } = error as Record<string, unknown>;
  for (const candidate of [originalCode, code]) {
    if (typeof candidate === 'string' && /^[0-9A-Z]{5}$/.test(candidate)) return candidate;
  }
  return [cause, meta, driverAdapterError]
    .map((inner) => sqlState(inner, depth + 1))
    .find((state) => state !== undefined);
}
