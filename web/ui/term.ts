/** Terms as people read them: `8 Januari 2024 s.d. 31 Desember 2024`. */
import { useTranslation } from 'react-i18next';
import type { Term } from '../../domain/shared/day.ts';
import { formatDay } from '../../texts/format.ts';

export function useTermWords(): (term: Term) => string {
  const { t } = useTranslation();
  return ({ start, end }) => t('days.range', { start: formatDay(start), end: formatDay(end) });
}
