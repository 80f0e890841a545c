/** The commands that are possible now, each once, with the offices for which it could be given. */
import type { Agreement, Desk } from './reading.ts';

export type CommandName = Agreement['possible'][number]['command'];

/** A command people can give: one button. */
export type Offer = {
  command: CommandName;
  party: Desk | undefined;
  onBehalfOf: Desk | undefined;
  step: string | undefined;
  offices: Desk[];
};

/** The offers of an agreement, in the order in which the API names them. */
export function offersOf({ possible }: Agreement): Offer[] {
  const offers = new Map<string, Offer>();
  for (const { office, ...what } of possible) {
    const { command, party, onBehalfOf, step } = what;
    const key = offerKey(what);
    const offer = offers.get(key) ?? { command, party, onBehalfOf, step, offices: [] };
    if (!offer.offices.some(({ id }) => id === office.id)) offer.offices.push(office);
    offers.set(key, offer);
  }
  return [...offers.values()];
}

/** What tells one offer from another. */
export function offerKey({
  command,
  party,
  onBehalfOf,
  step,
}: Pick<Agreement['possible'][number], 'command' | 'party' | 'onBehalfOf' | 'step'>): string {
  return [command, party?.id, onBehalfOf?.id, step].join('/');
}
