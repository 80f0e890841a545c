/** Correcting a signature that was recorded wrongly, or taking it away while the agreement is not in force. */
import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { emptyPaper, PaperFields, paperGaps, paperOf } from './paper-fields.tsx';
import { SignatureFields, signatureGaps, signatureOf } from './signature-fields.tsx';
import { ReasonField } from './word-fields.tsx';

export const correctSignaturePage: CommandPage = {
  Form: CorrectSignatureForm,
  icon: 'pen',
  weight: () => 'rare',
  label: (t, { party }) => t('command.correctSignature.label', { party: party?.name ?? '' }),
};

function CorrectSignatureForm(props: CommandProps) {
  const { t } = useTranslation();
  const { agreement, offer } = props;
  const isOutside = offer.party?.outside ?? false;
  const missing = t('field.required');
  const known = agreement.parties.find(({ id }) => id === offer.party?.id)?.signature;
  const sent = useCommand(props, {
    initialValues: {
      none: false,
      actedBy: isOutside ? '' : (known?.actedBy.id ?? ''),
      outsideSigner: isOutside ? (known?.actedBy.name ?? '') : '',
      signedOn: known?.signedOn ?? agreement.today,
      reason: '',
      ...emptyPaper(isOutside),
    },
    gaps: (draft) => ({
      ...(!draft.none && signatureGaps(draft, isOutside, missing)),
      ...(draft.reason.trim() === '' && { reason: missing }),
      ...paperGaps(draft, missing),
    }),
    compose: (draft) => ({
      office: draft.office,
      party: offer.party?.id ?? '',
      correct: draft.none ? null : signatureOf(draft, isOutside),
      reason: draft.reason,
      ...paperOf(draft),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/signature-corrections', { params: { id }, body, once, revision }),
    done: t('command.correctSignature.done'),
  });
  const { form } = sent;
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.correctSignature.lead')}>
      {agreement.stage === 'signing' && (
        <Checkbox
          label={t('command.correctSignature.none')}
          {...form.getInputProps('none', { type: 'checkbox' })}
        />
      )}
      {!form.values.none && <SignatureFields form={form} agreement={agreement} offer={offer} />}
      <ReasonField form={form} label={t('field.reason')} />
      <PaperFields form={form} isOutside={isOutside} />
    </CommandDialog>
  );
}
