/** Correcting a number that was mistyped, or taking it away while the agreement is not in force. */
import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { NumberFields, numberGaps } from './number-fields.tsx';
import { emptyPaper, PaperFields, paperGaps, paperOf } from './paper-fields.tsx';
import { ReasonField } from './word-fields.tsx';

export const correctNumberPage: CommandPage = {
  Form: CorrectNumberForm,
  icon: 'document',
  weight: () => 'rare',
  label: (t, { party }) => t('command.correctNumber.label', { party: party?.name ?? '' }),
};

function CorrectNumberForm(props: CommandProps) {
  const { t } = useTranslation();
  const { agreement, offer } = props;
  const isOutside = offer.party?.outside ?? false;
  const missing = t('field.required');
  const known = agreement.parties.find(({ id }) => id === offer.party?.id)?.number;
  const sent = useCommand(props, {
    initialValues: {
      none: false,
      number: known?.number ?? '',
      dated: known?.dated ?? agreement.today,
      reason: '',
      ...emptyPaper(isOutside),
    },
    gaps: (draft) => ({
      ...(!draft.none && numberGaps(draft, missing)),
      ...(draft.reason.trim() === '' && { reason: missing }),
      ...paperGaps(draft, missing),
    }),
    compose: ({ office, none, number, dated, reason, ...paper }) => ({
      office,
      party: offer.party?.id ?? '',
      correct: none ? null : { number, dated },
      reason,
      ...paperOf(paper),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/number-corrections', { params: { id }, body, once, revision }),
    done: t('command.correctNumber.done'),
  });
  const { form } = sent;
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.correctNumber.lead')}>
      {agreement.stage === 'signing' && (
        <Checkbox
          label={t('command.correctNumber.none')}
          {...form.getInputProps('none', { type: 'checkbox' })}
        />
      )}
      {!form.values.none && <NumberFields form={form} today={agreement.today} />}
      <ReasonField form={form} label={t('field.reason')} />
      <PaperFields form={form} isOutside={isOutside} />
    </CommandDialog>
  );
}
