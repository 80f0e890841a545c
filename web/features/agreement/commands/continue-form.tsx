/** Giving up an end that was agreed for a later day. */
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../../../texts/format.ts';
import { call } from '../../../connection/call.ts';
import { letterGaps, LetterInput, letterOf, noLetter } from '../../../ui/letter-input.tsx';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { ReasonField } from './word-fields.tsx';

export const continuePage: CommandPage = {
  Form: ContinueForm,
  icon: 'play',
  weight: () => 'rare',
  label: (t) => t('command.continue.label'),
};

function ContinueForm(props: CommandProps) {
  const { t } = useTranslation();
  const sent = useCommand(props, {
    initialValues: { reason: '', evidence: noLetter },
    gaps: ({ reason, evidence }) => ({
      ...(reason.trim() === '' && { reason: t('field.required') }),
      ...letterGaps(evidence, t('field.required')),
    }),
    compose: ({ office, reason, evidence }) => ({ office, reason, ...letterOf(evidence) }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/continuations', { params: { id }, body, once, revision }),
    done: t('command.continue.done'),
  });
  const { form } = sent;
  const end = formatDay(props.agreement.term.end);
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.continue.lead', { end })}>
      <ReasonField form={form} label={t('field.reason')} />
      <LetterInput
        value={form.values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required={false}
        errors={form.errors}
      />
    </CommandDialog>
  );
}
