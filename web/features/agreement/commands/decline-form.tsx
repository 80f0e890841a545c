/** Declining what another party has asked for, or taking back what one's own side asked for. */
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { changeOf, PendingWords } from '../pending.tsx';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { speaksFor } from './others.ts';
import { ReasonField } from './word-fields.tsx';

export const declinePage: CommandPage = {
  Form: DeclineForm,
  icon: 'cross',
  weight: () => 'beside',
  label: (t, offer, agreement) => {
    const { pending } = agreement;
    const isOwn = pending !== null && speaksFor(agreement, offer, pending.party.id);
    return t(isOwn ? 'command.declineChange.labelTakeBack' : 'command.declineChange.label', {
      change: t(`codes:change.${changeOf(pending)}`),
    });
  },
};

function DeclineForm(props: CommandProps) {
  const { t } = useTranslation();
  const { pending } = props.agreement;
  const sent = useCommand(props, {
    initialValues: { reason: '' },
    gaps: ({ reason }) => (reason.trim() === '' ? { reason: t('field.required') } : {}),
    compose: ({ office, reason }) => ({ office, change: pending?.id ?? '', reason }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/rejections', { params: { id }, body, once, revision }),
    done: t('command.declineChange.done'),
  });
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.declineChange.lead')}>
      {pending && <PendingWords pending={pending} />}
      <ReasonField form={sent.form} label={t('field.reason')} />
    </CommandDialog>
  );
}
