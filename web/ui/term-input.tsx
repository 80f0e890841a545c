/** A first and a last day, side by side. */
import { SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Term } from '../../domain/shared/day.ts';
import { DayInput } from './day-input.tsx';

/** What is missing or contradictory in a term, by field. */
export function useTermGaps(): (term: Term) => Record<string, string> {
  const { t } = useTranslation();
  return ({ start, end }) => ({
    ...(start === '' && { 'term.start': t('field.required') }),
    ...(end === '' && { 'term.end': t('field.required') }),
    ...(start !== '' && end !== '' && end < start && { 'term.end': t('field.endBeforeStart') }),
  });
}

export function TermInput({
  value,
  onChange,
  errors,
}: {
  value: Term;
  onChange: (term: Term) => void;
  errors: Record<string, React.ReactNode>;
}) {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <DayInput
        label={t('field.start')}
        withAsterisk
        data-field="term.start"
        value={value.start}
        onChange={(start) => onChange({ ...value, start })}
        error={errors['term.start'] ?? errors['term']}
      />
      <DayInput
        label={t('field.end')}
        withAsterisk
        data-field="term.end"
        value={value.end}
        onChange={(end) => onChange({ ...value, end })}
        error={errors['term.end']}
      />
    </SimpleGrid>
  );
}
