/** Correcting a number that was mistyped, or taking it away while the agreement is not in force. */
import { Checkbox, SimpleGrid, TextInput } from '@mantine/core';
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
  const known = agreement.parties.find(({ id }) => id === offer.party?.id)?.number;
  const sent = useCommand(props, {
    initialValues: {
      none: false,
      number: known?.number ?? '',
      dated: known?.dated ?? agreement.today,
      oldPaper: false,
      reason: '',
      evidence: isOutside ? letterWanted : noLetter,
    },
    gaps: ({ none, number, dated, reason, evidence }) => ({
      ...(!none && number.trim() === '' && { number: t('field.required') }),
      ...(!none && dated === '' && { dated: t('field.required') }),
      ...(reason.trim() === '' && { reason: t('field.required') }),
      ...letterGaps(evidence, t('field.required')),
    }),
    compose: ({ office, none, number, dated, oldPaper, reason, evidence }) => ({
      office,
      party: offer.party?.id ?? '',
      correct: none ? null : { number, dated },
      oldPaper,
      reason,
      ...letterOf(evidence),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/number-corrections', { params: { id }, body, once, revision }),
    done: t('command.correctNumber.done'),
  });
  const { form } = sent;
  const { none } = form.values;
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.correctNumber.lead')}>
      {agreement.stage === 'signing' && (
        <Checkbox
          label={t('command.correctNumber.none')}
          {...form.getInputProps('none', { type: 'checkbox' })}
        />
      )}
      {!none && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            label={t('command.recordNumber.number')}
            withAsterisk
            maxLength={100}
            data-field="number"
            {...form.getInputProps('number')}
            error={form.errors['number'] ?? form.errors['correct.number']}
          />
          <DayInput
            label={t('command.recordNumber.dated')}
            withAsterisk
            maxDate={agreement.today}
            data-field="dated"
            {...form.getInputProps('dated')}
            error={form.errors['dated'] ?? form.errors['signedOn']}
          />
        </SimpleGrid>
      )}
      <Said
        field="oldPaper"
        label={t('command.oldPaper')}
        error={form.errors['oldPaper']}
        isSaid={form.values.oldPaper}
        onSay={(isSaid) => form.setFieldValue('oldPaper', isSaid)}
      />
      <ReasonField form={form} label={t('field.reason')} />
      <LetterInput
        value={form.values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required={isOutside}
        errors={form.errors}
      />
    </CommandDialog>
  );
}
