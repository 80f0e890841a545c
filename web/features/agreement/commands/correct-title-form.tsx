/** Correcting a title that was mistyped. */
import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { ReasonField } from './word-fields.tsx';

export const correctTitlePage: CommandPage = {
  Form: CorrectTitleForm,
  icon: 'pen',
  weight: () => 'rare',
  label: (t) => t('command.correctTitle.label'),
};

function CorrectTitleForm(props: CommandProps) {
  const { t } = useTranslation();
  const sent = useCommand(props, {
    initialValues: { title: props.agreement.title, reason: '' },
    gaps: ({ title, reason }) => ({
      ...(title.trim() === '' && { title: t('field.required') }),
      ...(reason.trim() === '' && { reason: t('field.required') }),
    }),
    compose: ({ office, title, reason }) => ({ office, title, reason }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/title-corrections', { params: { id }, body, once, revision }),
    done: t('command.correctTitle.done'),
  });
  const { form } = sent;
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.correctTitle.lead')}>
      <TextInput
        label={t('command.correctTitle.title')}
        withAsterisk
        maxLength={300}
        data-field="title"
        {...form.getInputProps('title')}
      />
      <ReasonField form={form} label={t('field.reason')} />
    </CommandDialog>
  );
}
