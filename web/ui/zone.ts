/** The zone in which moments are told: the reader's own, when it is one of Indonesia's three. */
import { ZONES } from '../../domain/shared/day.ts';
import type { Zone } from '../../domain/shared/day.ts';

/** The reader's zone; the capital's for somebody who looks from elsewhere. */
export function ownZone(): Zone {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return ZONES.find((zone) => zone === own) ?? 'Asia/Jakarta';
}
