/** What people say in their own words about a command: a note if they like, or the reason for it. */
import { Textarea } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';

/** A note that goes with the text. */
export function NoteField<Values extends { note: string }>({
  form,
}: {
  form: UseFormReturnType<Values>;
}) {
  const { t } = useTranslation();
  return (
    <Textarea
      label={t('field.note')}
      autosize
      minRows={2}
      maxLength={2000}
      data-field="note"
      {...form.getInputProps('note')}
    />
  );
}

/** The reason without which the command is not given; people begin there. */
export function ReasonField<Values extends { reason: string }>({
  form,
  label,
}: {
  form: UseFormReturnType<Values>;
  label: string;
}) {
  return (
    <Textarea
      label={label}
      withAsterisk
      autosize
      minRows={3}
      maxLength={2000}
      data-autofocus
      data-field="reason"
      {...form.getInputProps('reason')}
    />
  );
}
