/** What the pages say of a command: its form, and the button that opens it. */
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import type { IconName } from '../../../ui/icons.tsx';
import type { Offer } from '../offers.ts';
import type { Agreement } from '../reading.ts';
import type { CommandProps } from './command-dialog.tsx';

/** How prominent a button is: it moves the agreement on, stands beside those that do, or is rare. */
export type Weight = 'main' | 'beside' | 'rare';

export type CommandPage = {
  Form: (props: CommandProps) => ReactNode;
  icon: IconName;
  weight: (agreement: Agreement) => Weight;
  /** What the command is called on its button and above its form. */
  label: (t: TFunction<['web', 'codes']>, offer: Offer, agreement: Agreement) => string;
};
