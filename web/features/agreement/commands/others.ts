/** The parties whose consent a command of this office needs. */
import type { Agreement } from '../reading.ts';
import type { CommandProps } from './command-dialog.tsx';

type Party = Agreement['parties'][number];

/** The parties with accounts here, but for the one for which the person acts. */
export function otherParties({ agreement, offer }: CommandProps): Party[] {
  const own = offer.offices.map(({ id }) => id);
  return agreement.parties.filter(({ id, outside }) => !outside && !own.includes(id));
}

/** Those of them that have signed. */
export function othersSigned(props: CommandProps): Party[] {
  return otherParties(props).filter(({ signature }) => signature !== null);
}
