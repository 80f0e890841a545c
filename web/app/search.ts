/**
 * What stands behind the question mark of an address: plain words that people can read and send
 * on, `?tahap=signing&berakhir=30`.
 */

/** The parts of an address's search; a name that comes twice is a list. */
export function parseSearch(text: string): Record<string, string | string[]> {
  const search: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const known = search[name];
    search[name] = known === undefined ? value : [known, value].flat();
  }
  return search;
}

/** An address's search from its parts; what is empty is left out. */
export function writeSearch(parts: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) {
    for (const each of [value].flat()) {
      if (typeof each === 'string' && each !== '') search.append(name, each);
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
