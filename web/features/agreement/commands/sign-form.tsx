/** Recording a signature that was given on paper. */
import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { DayInput } from '../../../ui/day-input.tsx';
import {
  letterGaps,
  LetterInput,
  letterOf,
  letterWanted,
  noLetter,
} from '../../../ui/letter-input.tsx';
import { Said } from '../../../ui/said.tsx';
import { TwinsNotice } from '../twins.tsx';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { HolderField } from './holder-field.tsx';

export const signPage: CommandPage = {
  Form: SignForm,
  icon: 'pen',
  weight: ({ stage }) => (stage === 'signing' ? 'main' : 'beside'),
  label: (t, { party }) => t('command.sign.label', { party: party?.name ?? '' }),
};

function SignForm(props: CommandProps) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { agreement, offer } = props;
  const isOutside = offer.party?.outside ?? false;
  const sent = useCommand(props, {
    initialValues: {
      actedBy: '',
      outsideSigner: '',
      signedOn: agreement.today,
      evidence: isOutside ? letterWanted : noLetter,
      oldPaper: false,
    },
    gaps: ({ actedBy, outsideSigner, signedOn, evidence }) => ({
      ...(isOutside
        ? outsideSigner.trim() === '' && { outsideSigner: t('field.required') }
        : actedBy === '' && { actedBy: t('field.required') }),
      ...(signedOn === '' && { signedOn: t('field.required') }),
      ...letterGaps(evidence, t('field.required')),
    }),
    compose: ({ office, actedBy, outsideSigner, signedOn, evidence, oldPaper }) => ({
      office,
      party: offer.party?.id ?? '',
      ...(isOutside ? { outsideSigner } : { actedBy }),
      signedOn,
      oldPaper,
      ...letterOf(evidence),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/signatures', { params: { id }, body, once, revision }),
    done: t('command.sign.done'),
  });
  const { form } = sent;
  const { values } = form;
  const kind = nameOf(`kind.${agreement.kind}`);
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.sign.lead')}>
      <TwinsNotice agreement={agreement} />
      <DayInput
        label={t('command.sign.signedOn')}
        withAsterisk
        maxDate={agreement.today}
        data-field="signedOn"
        {...form.getInputProps('signedOn')}
      />
      {isOutside ? (
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
          where={{ signsFor: offer.party?.id ?? '' }}
          on={values.signedOn}
          value={values.actedBy}
          onChange={(holder) => form.setFieldValue('actedBy', holder)}
          error={form.errors['actedBy']}
          objection={({ signs }) =>
            signs.includes(agreement.kind) ? null : t('command.sign.notEntitled', { kind })
          }
        />
      )}
      <Said
        field="oldPaper"
        label={t('command.oldPaper')}
        error={form.errors['oldPaper']}
        isSaid={form.values.oldPaper}
        onSay={(isSaid) => form.setFieldValue('oldPaper', isSaid)}
      />
      <LetterInput
        value={values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required={isOutside}
        errors={form.errors}
      />
    </CommandDialog>
  );
}
