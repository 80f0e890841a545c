/** People as they are named beside their acts: `Nama, Pj. Bupati`. */
import { useTranslation } from 'react-i18next';
import type { Capacity } from '../../domain/office/office.ts';

/** A position with the capacity people put before it; a definitive holder needs none. */
export function usePosition(): (position: string, capacity: string | null) => string {
  const { t } = useTranslation('codes');
  return (position, capacity) =>
    capacity === null || capacity === 'definitif'
      ? position
      : `${t(`capacity.${capacity as Capacity}`)} ${position}`;
}

/** An office holder in one line. */
export function useHolderWords(): (holder: {
  personName: string;
  position: string;
  capacity: string;
}) => string {
  const positionOf = usePosition();
  return ({ personName, position, capacity }) => `${personName}, ${positionOf(position, capacity)}`;
}

/** Whose act it was, in one line; a name that this reader may not know stays unsaid. */
export function useActor(): (actor: {
  name: string | null;
  position: string | null;
  capacity: string | null;
}) => string {
  const { t } = useTranslation();
  const positionOf = usePosition();
  return ({ name, position, capacity }) => {
    const person = name ?? t('agreement.timeline.somebody');
    return position === null ? person : `${person}, ${positionOf(position, capacity)}`;
  };
}
