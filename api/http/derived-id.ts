/** Ids that a repetition of the same command arrives at again. */
import { v5 } from 'uuid';

/** The id of what this command makes for this purpose: a UUID of version 5 (RFC 9562). */
export function derivedId(commandId: string, purpose: string): string {
  return v5(purpose, commandId);
}
