/** Parts of an address's search. */

/** The parts that say something; what is undefined is left out of the address. */
export function stated<Parts extends Record<string, string | undefined>>(
  parts: Parts,
): { [Name in keyof Parts]?: string } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Parts]?: string;
  };
}
