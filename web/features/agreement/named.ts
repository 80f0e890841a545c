/** Names in what was signed: that of the day, and today's beside it where it is another one. */
import { useTranslation } from 'react-i18next';

type Named = { name: string; nameToday?: string | undefined };

/** A name in one line. */
export function useNamed(): (of: Named) => string {
  const { t } = useTranslation();
  return ({ name, nameToday }) =>
    nameToday === undefined ? name : t('agreement.named', { name, today: nameToday });
}
