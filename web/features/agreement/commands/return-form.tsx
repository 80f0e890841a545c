/** Sending the text back, with the reason. */
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import {
  letterGaps,
  LetterInput,
  letterOf,
  letterWanted,
  noLetter,
} from '../../../ui/letter-input.tsx';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { ReasonField } from './word-fields.tsx';

export const returnPage: CommandPage = {
  Form: ReturnForm,
  icon: 'arrowBack',
  weight: () => 'beside',
  label: (t, { onBehalfOf }) =>
    onBehalfOf ? t('command.return.behalf', { party: onBehalfOf.name }) : t('command.return.label'),
};

function ReturnForm(props: CommandProps) {
  const { t } = useTranslation();
  const { onBehalfOf } = props.offer;
  const sent = useCommand(props, {
    initialValues: { reason: '', evidence: onBehalfOf ? letterWanted : noLetter },
    gaps: ({ reason, evidence }) => ({
      ...(reason.trim() === '' && { reason: t('field.required') }),
      ...letterGaps(evidence, t('field.required')),
    }),
    compose: ({ office, reason, evidence }) => ({
      office,
      reason,
      ...(onBehalfOf && { onBehalfOf: onBehalfOf.id }),
      ...letterOf(evidence),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/returns', { params: { id }, body, once, revision }),
    done: t('command.return.done'),
  });
  const { form } = sent;
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.return.lead')}>
      <ReasonField form={form} label={t('command.return.reason')} />
      <LetterInput
        value={form.values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required={onBehalfOf !== undefined}
        errors={form.errors}
      />
    </CommandDialog>
  );
}
