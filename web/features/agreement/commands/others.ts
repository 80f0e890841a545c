/** For which party an office speaks, and whose consent its command needs besides. */
import { partyFor } from '../../../../domain/agreement/consent.ts';
import type { Agreement } from '../reading.ts';
import type { CommandProps } from './command-dialog.tsx';

type Party = Agreement['parties'][number];

/** Whether one of the offices of an offer speaks for this party. */
export function speaksFor(agreement: Agreement, { offices }: CommandProps['offer'], party: string) {
  const { parties, proposer, proposingParty } = agreement;
  const speakers = { parties, proposer: proposer.id, proposingParty: proposingParty.id };
  return offices.some(({ id }) => partyFor(speakers, id) === party);
}

/** The parties with accounts here, but for those for which the person acts. */
export function otherParties({ agreement, offer }: CommandProps): Party[] {
  return agreement.parties.filter(
    ({ id, outside }) => !outside && !speaksFor(agreement, offer, id),
  );
}

/** Those of them that have signed. */
export function othersSigned(props: CommandProps): Party[] {
  return otherParties(props).filter(({ signature }) => signature !== null);
}
