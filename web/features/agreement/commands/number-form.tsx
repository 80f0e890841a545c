/** Entering a party's document number. */
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { NumberFields, numberGaps } from './number-fields.tsx';
import { emptyPaper, PaperFields, paperGaps, paperOf } from './paper-fields.tsx';

export const numberPage: CommandPage = {
  Form: NumberForm,
  icon: 'document',
  weight: ({ stage }) => (stage === 'signing' ? 'main' : 'beside'),
  label: (t, { party }) => t('command.recordNumber.label', { party: party?.name ?? '' }),
};

function NumberForm(props: CommandProps) {
  const { t } = useTranslation();
  const { agreement, offer } = props;
  const isOutside = offer.party?.outside ?? false;
  const missing = t('field.required');
  const sent = useCommand(props, {
    initialValues: { number: '', dated: agreement.today, ...emptyPaper(isOutside) },
    gaps: (draft) => ({ ...numberGaps(draft, missing), ...paperGaps(draft, missing) }),
    compose: ({ office, number, dated, ...paper }) => ({
      office,
      party: offer.party?.id ?? '',
      number,
      dated,
      ...paperOf(paper),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/numbers', { params: { id }, body, once, revision }),
    done: t('command.recordNumber.done'),
  });
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.recordNumber.lead')}>
      <NumberFields form={sent.form} today={agreement.today} />
      <PaperFields form={sent.form} isOutside={isOutside} />
    </CommandDialog>
  );
}
