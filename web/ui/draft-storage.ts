/** What people wrote and did not send survives a reload, on this device only. */

/** A place in the browser's memory for one person's writing, by its shape's version. */
export type KeptPlace = { name: string; userId: string; shape: number };

/** What was left there; undefined when there is nothing, or nothing of this shape. */
export function readKept<Writing>(place: KeptPlace): Writing | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(place)) ?? 'null') as {
      shape: number;
      writing: Writing;
    } | null;
    return kept?.shape === place.shape ? kept.writing : undefined;
  } catch {
    return undefined;
  }
}

export function keep(place: KeptPlace, writing: unknown): void {
  try {
    localStorage.setItem(keyOf(place), JSON.stringify({ shape: place.shape, writing }));
  } catch {
    // A browser that keeps nothing: the form works all the same.
  }
}

export function forget(place: KeptPlace): void {
  try {
    localStorage.removeItem(keyOf(place));
  } catch {
    // Nothing was kept.
  }
}

function keyOf({ name, userId }: KeptPlace): string {
  return `mapalus/${name}/${userId}`;
}
