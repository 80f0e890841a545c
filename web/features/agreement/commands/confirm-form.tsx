/** Agreeing to what another party has asked for. */
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { letterGaps, LetterInput, letterOf, noLetter } from '../../../ui/letter-input.tsx';
import { changeOf, PendingWords } from '../pending.tsx';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';

export const confirmPage: CommandPage = {
  Form: ConfirmForm,
  icon: 'check',
  weight: () => 'main',
  label: (t, _offer, { pending }) =>
    t('command.confirmChange.label', { change: t(`codes:change.${changeOf(pending)}`) }),
};

function ConfirmForm(props: CommandProps) {
  const { t } = useTranslation();
  const { pending } = props.agreement;
  const sent = useCommand(props, {
    initialValues: { evidence: noLetter },
    gaps: ({ evidence }) => letterGaps(evidence, t('field.required')),
    compose: ({ office, evidence }) => ({
      office,
      change: pending?.id ?? '',
      ...letterOf(evidence),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/confirmations', { params: { id }, body, once, revision }),
    done: t('command.confirmChange.done'),
  });
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.confirmChange.lead')}>
      {pending && <PendingWords pending={pending} />}
      <LetterInput
        value={sent.form.values.evidence}
        onChange={(evidence) => sent.form.setFieldValue('evidence', evidence)}
        required={false}
        errors={sent.form.errors}
      />
    </CommandDialog>
  );
}
