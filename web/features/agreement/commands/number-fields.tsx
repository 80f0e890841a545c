/** A party's number and the day on the paper, as they are entered and as they are corrected. */
import { SimpleGrid, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Day } from '../../../../domain/shared/day.ts';
import { DayInput } from '../../../ui/day-input.tsx';

export type NumberDraft = { number: string; dated: Day };

/** What is missing, by field. */
export function numberGaps({ number, dated }: NumberDraft, missing: string) {
  return {
    ...(number.trim() === '' && { number: missing }),
    ...(dated === '' && { dated: missing }),
  };
}

export function NumberFields<Values extends NumberDraft>({
  form,
  today,
}: {
  form: UseFormReturnType<Values>;
  today: Day;
}) {
  const { t } = useTranslation();
  const { errors } = form;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput
        label={t('command.recordNumber.number')}
        withAsterisk
        maxLength={100}
        data-autofocus
        data-field="number"
        {...form.getInputProps('number')}
      />
      <DayInput
        label={t('command.recordNumber.dated')}
        withAsterisk
        maxDate={today}
        data-field="dated"
        {...form.getInputProps('dated')}
        error={errors['dated'] ?? errors['signedOn']}
      />
    </SimpleGrid>
  );
}
