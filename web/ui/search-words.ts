/** The words that a page keeps behind the question mark of its address. */

/** Takes these words from an address's search, as far as they are there and not empty. */
export function wordsOf<Name extends string>(...names: Name[]) {
  return (search: Record<string, unknown>): { [Each in Name]?: string } => {
    const words: { [Each in Name]?: string } = {};
    for (const name of names) {
      const word = search[name];
      if (typeof word === 'string' && word !== '') words[name] = word;
    }
    return words;
  };
}
