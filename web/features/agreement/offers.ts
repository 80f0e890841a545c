/** The steps that are possible now, each once, with the offices for which it could be taken. */
import { useTranslation } from 'react-i18next';
import type { Agreement, Desk } from './reading.ts';
import { stepName } from './steps.ts';

export type CommandName = Agreement['possible'][number]['command'];

/** A step people can take: one button. */
export type Offer = {
  command: CommandName;
  party: Desk | undefined;
  onBehalfOf: Desk | undefined;
  step: string | undefined;
  offices: Desk[];
};

/** The offers of an agreement, in the order in which people look for them. */
export function offersOf({ possible }: Agreement): Offer[] {
  const offers = new Map<string, Offer>();
  for (const { command, office, party, onBehalfOf, step } of possible) {
    const key = [command, party?.id, onBehalfOf?.id, step].join('/');
    const offer = offers.get(key) ?? { command, party, onBehalfOf, step, offices: [] };
    if (!offer.offices.some(({ id }) => id === office.id)) offer.offices.push(office);
    offers.set(key, offer);
  }
  return [...offers.values()].sort(
    (one, other) => ORDER.indexOf(one.command) - ORDER.indexOf(other.command),
  );
}

const ORDER: CommandName[] = [
  'submit',
  'approve',
  'recordNumber',
  'sign',
  'renew',
  'return',
  'passTurn',
  'changeDates',
  'withdraw',
  'terminate',
];

/** How prominent an offer is: what moves the agreement on, what stands beside it, what is rare. */
export function weightOf({ command }: Offer, agreement: Agreement): 'main' | 'beside' | 'rare' {
  switch (command) {
    case 'submit':
    case 'approve':
      return 'main';
    case 'recordNumber':
    case 'sign':
      return agreement.stage === 'signing' ? 'main' : 'beside';
    case 'renew':
      return agreement.daysLeft <= RENEWAL_SEASON ? 'main' : 'beside';
    case 'return':
      return 'beside';
    case 'passTurn':
      return agreement.stage === 'active' ? 'rare' : 'beside';
    case 'changeDates':
    case 'withdraw':
    case 'terminate':
      return 'rare';
  }
}

// The first reminder of the rules that come with the product.
const RENEWAL_SEASON = 180;

/** What an offer is called on its button and above its form. */
export function useOfferLabel(agreement: Agreement): (offer: Offer) => string {
  const { t } = useTranslation();
  return ({ command, party, onBehalfOf, step = '' }) => {
    const { stage } = agreement;
    switch (command) {
      case 'submit': {
        const from = stage === 'proposal' || stage === 'drafting' ? stage : 'review';
        return onBehalfOf
          ? t(`command.submit.behalf.${from}`, { party: onBehalfOf.name })
          : t(`command.submit.${from}.label`);
      }
      case 'return':
      case 'passTurn':
        if (onBehalfOf) return t(`command.${command}.behalf`, { party: onBehalfOf.name });
        return command === 'passTurn' && stage === 'active'
          ? t('command.passTurn.labelOriginals')
          : t(`command.${command}.label`);
      case 'approve':
        return t('command.approve.label', { step: stepName(agreement, step) });
      case 'recordNumber':
      case 'sign':
        return t(`command.${command}.label`, { party: party?.name ?? '' });
      case 'changeDates':
      case 'withdraw':
      case 'terminate':
      case 'renew':
        return t(`command.${command}.label`);
    }
  };
}
