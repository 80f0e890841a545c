/** Whether PostgreSQL refused a row because of a unique key. */
export function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P2002';
}
