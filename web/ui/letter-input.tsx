/** A letter as evidence: its number and its day. The document itself may follow. */
import { Checkbox, Fieldset, SimpleGrid, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DayInput } from './day-input.tsx';

/** A letter in a form; not given while `present` is false. */
export type LetterDraft = { present: boolean; number: string; date: string };

export const noLetter: LetterDraft = { present: false, number: '', date: '' };
export const letterWanted: LetterDraft = { present: true, number: '', date: '' };

/** The letter as the API takes it. */
export function letterOf({ present, number, date }: LetterDraft) {
  return present ? { evidence: { number, date } } : {};
}

/** What is missing in a letter, by field. */
export function letterGaps(
  { present, number, date }: LetterDraft,
  missing: string,
): Record<string, string> {
  if (!present) return {};
  return {
    ...(number.trim() === '' && { 'evidence.number': missing }),
    ...(date === '' && { 'evidence.date': missing }),
  };
}

export function LetterInput({
  value,
  onChange,
  required,
  errors,
}: {
  value: LetterDraft;
  onChange: (letter: LetterDraft) => void;
  /** Whether the act is nothing without it. */
  required: boolean;
  errors: Record<string, React.ReactNode>;
}) {
  const { t } = useTranslation();
  const change = (part: Partial<LetterDraft>) => onChange({ ...value, ...part });
  return (
    <>
      {!required && (
        <Checkbox
          label={t('letter.present')}
          checked={value.present}
          onChange={({ currentTarget }) => change({ present: currentTarget.checked })}
          error={errors['evidence']}
        />
      )}
      {value.present && (
        <Fieldset legend={t('letter.legend')} variant="filled">
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              label={t('letter.number')}
              withAsterisk
              data-field="evidence.number"
              value={value.number}
              onChange={({ currentTarget }) => change({ number: currentTarget.value })}
              error={errors['evidence.number'] ?? (required ? errors['evidence'] : undefined)}
            />
            <DayInput
              label={t('letter.date')}
              withAsterisk
              data-field="evidence.date"
              value={value.date}
              onChange={(date) => change({ date })}
              error={errors['evidence.date']}
            />
          </SimpleGrid>
        </Fieldset>
      )}
    </>
  );
}
