/** Giving the agreement up before all have signed. */
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { ReasonField } from './word-fields.tsx';

export const withdrawPage: CommandPage = {
  Form: WithdrawForm,
  icon: 'cross',
  weight: () => 'rare',
  label: (t) => t('command.withdraw.label'),
};

function WithdrawForm(props: CommandProps) {
  const { t } = useTranslation();
  const sent = useCommand(props, {
    initialValues: { reason: '' },
    gaps: ({ reason }) => (reason.trim() === '' ? { reason: t('field.required') } : {}),
    compose: ({ office, reason }) => ({ office, reason }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/withdrawals', { params: { id }, body, once, revision }),
    done: t('command.withdraw.done'),
  });
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.withdraw.lead')} danger>
      <ReasonField form={sent.form} label={t('field.reason')} />
    </CommandDialog>
  );
}
