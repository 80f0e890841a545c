/** Who signed for a party on paper and when, as it is entered and as it is corrected. */
import { TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Day } from '../../../../domain/shared/day.ts';
import { DayInput } from '../../../ui/day-input.tsx';
import type { CommandProps } from './command-dialog.tsx';
import { HolderField } from './holder-field.tsx';

export type SignatureDraft = { actedBy: string; outsideSigner: string; signedOn: Day };

/** What is missing, by field. Somebody of a party outside the system is named, all others are chosen. */
export function signatureGaps(
  { actedBy, outsideSigner, signedOn }: SignatureDraft,
  isOutside: boolean,
  missing: string,
) {
  return {
    ...(isOutside && outsideSigner.trim() === '' && { outsideSigner: missing }),
    ...(!isOutside && actedBy === '' && { actedBy: missing }),
    ...(signedOn === '' && { signedOn: missing }),
  };
}

/** The signature as the API takes it. */
export function signatureOf(
  { actedBy, outsideSigner, signedOn }: SignatureDraft,
  isOutside: boolean,
) {
  return { ...(isOutside ? { outsideSigner } : { actedBy }), signedOn };
}

export function SignatureFields<Values extends SignatureDraft>({
  form,
  agreement,
  offer: { party },
}: Pick<CommandProps, 'agreement' | 'offer'> & { form: UseFormReturnType<Values> }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const kind = nameOf(`kind.${agreement.kind}`);
  return (
    <>
      <DayInput
        label={t('command.sign.signedOn')}
        withAsterisk
        maxDate={agreement.today}
        data-field="signedOn"
        {...form.getInputProps('signedOn')}
      />
      {party?.outside ? (
        <TextInput
          label={t('command.sign.outsideSigner')}
          withAsterisk
          maxLength={200}
          data-field="outsideSigner"
          {...form.getInputProps('outsideSigner')}
        />
      ) : (
        <HolderField
          label={t('command.sign.signer')}
          where={{ signsFor: party?.id ?? '' }}
          on={form.values.signedOn}
          value={form.values.actedBy}
          onChange={(holder) => form.setFieldValue('actedBy', holder as never)}
          error={form.errors['actedBy']}
          objection={({ signs }) =>
            signs.includes(agreement.kind) ? null : t('command.sign.notEntitled', { kind })
          }
        />
      )}
    </>
  );
}
