/** Searching by a piece of text. */

/** The pattern of `like` for texts that contain this one, whatever characters are in it. */
export function contains(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
