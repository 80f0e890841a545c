/** Correcting a signature that was recorded wrongly, or taking it away while the agreement is not in force. */
import { Checkbox, TextInput } from '@mantine/core';
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
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { HolderField } from './holder-field.tsx';
import { ReasonField } from './word-fields.tsx';

export const correctSignaturePage: CommandPage = {
  Form: CorrectSignatureForm,
  icon: 'pen',
  weight: () => 'rare',
  label: (t, { party }) => t('command.correctSignature.label', { party: party?.name ?? '' }),
};

function CorrectSignatureForm(props: CommandProps) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { agreement, offer } = props;
  const isOutside = offer.party?.outside ?? false;
  const known = agreement.parties.find(({ id }) => id === offer.party?.id)?.signature;
  const sent = useCommand(props, {
    initialValues: {
      none: false,
      actedBy: isOutside ? '' : (known?.actedBy.id ?? ''),
      outsideSigner: isOutside ? (known?.actedBy.name ?? '') : '',
      signedOn: known?.signedOn ?? agreement.today,
      oldPaper: false,
      reason: '',
      evidence: isOutside ? letterWanted : noLetter,
    },
    gaps: ({ none, actedBy, outsideSigner, signedOn, reason, evidence }) => ({
      ...(!none &&
        (isOutside
          ? outsideSigner.trim() === '' && { outsideSigner: t('field.required') }
          : actedBy === '' && { actedBy: t('field.required') })),
      ...(!none && signedOn === '' && { signedOn: t('field.required') }),
      ...(reason.trim() === '' && { reason: t('field.required') }),
      ...letterGaps(evidence, t('field.required')),
    }),
    compose: ({ office, none, actedBy, outsideSigner, signedOn, oldPaper, reason, evidence }) => ({
      office,
      party: offer.party?.id ?? '',
      correct: none ? null : { ...(isOutside ? { outsideSigner } : { actedBy }), signedOn },
      oldPaper,
      reason,
      ...letterOf(evidence),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/signature-corrections', { params: { id }, body, once, revision }),
    done: t('command.correctSignature.done'),
  });
  const { form } = sent;
  const { values } = form;
  const kind = nameOf(`kind.${agreement.kind}`);
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.correctSignature.lead')}>
      {agreement.stage === 'signing' && (
        <Checkbox
          label={t('command.correctSignature.none')}
          {...form.getInputProps('none', { type: 'checkbox' })}
        />
      )}
      {!values.none && (
        <>
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
        </>
      )}
      <Said
        field="oldPaper"
        label={t('command.oldPaper')}
        error={form.errors['oldPaper']}
        isSaid={values.oldPaper}
        onSay={(isSaid) => form.setFieldValue('oldPaper', isSaid)}
      />
      <ReasonField form={form} label={t('field.reason')} />
      <LetterInput
        value={values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required={isOutside}
        errors={form.errors}
      />
    </CommandDialog>
  );
}
