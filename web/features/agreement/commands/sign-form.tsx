/** Recording a signature that was given on paper. */
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { TwinsNotice } from '../twins.tsx';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { emptyPaper, PaperFields, paperGaps, paperOf } from './paper-fields.tsx';
import { SignatureFields, signatureGaps, signatureOf } from './signature-fields.tsx';

export const signPage: CommandPage = {
  Form: SignForm,
  icon: 'pen',
  weight: ({ stage }) => (stage === 'signing' ? 'main' : 'beside'),
  label: (t, { party }) => t('command.sign.label', { party: party?.name ?? '' }),
};

function SignForm(props: CommandProps) {
  const { t } = useTranslation();
  const { agreement, offer } = props;
  const isOutside = offer.party?.outside ?? false;
  const missing = t('field.required');
  const sent = useCommand(props, {
    initialValues: {
      actedBy: '',
      outsideSigner: '',
      signedOn: agreement.today,
      ...emptyPaper(isOutside),
    },
    gaps: (draft) => ({
      ...signatureGaps(draft, isOutside, missing),
      ...paperGaps(draft, missing),
    }),
    compose: (draft) => ({
      office: draft.office,
      party: offer.party?.id ?? '',
      ...signatureOf(draft, isOutside),
      ...paperOf(draft),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/signatures', { params: { id }, body, once, revision }),
    done: t('command.sign.done'),
  });
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.sign.lead')}>
      <TwinsNotice agreement={agreement} />
      <SignatureFields form={sent.form} agreement={agreement} offer={offer} />
      <PaperFields form={sent.form} isOutside={isOutside} />
    </CommandDialog>
  );
}
