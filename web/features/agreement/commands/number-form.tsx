/** Entering a party's document number. */
import { SimpleGrid, TextInput } from '@mantine/core';
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
  const sent = useCommand(props, {
    initialValues: {
      number: '',
      dated: agreement.today,
      evidence: isOutside ? letterWanted : noLetter,
      oldPaper: false,
    },
    gaps: ({ number, dated, evidence }) => ({
      ...(number.trim() === '' && { number: t('field.required') }),
      ...(dated === '' && { dated: t('field.required') }),
      ...letterGaps(evidence, t('field.required')),
    }),
    compose: ({ office, number, dated, evidence, oldPaper }) => ({
      office,
      party: offer.party?.id ?? '',
      number,
      dated,
      oldPaper,
      ...letterOf(evidence),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/numbers', { params: { id }, body, once, revision }),
    done: t('command.recordNumber.done'),
  });
  const { form } = sent;
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.recordNumber.lead')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('command.recordNumber.number')}
          withAsterisk
          maxLength={100}
          data-autofocus
          data-field="number"
          {...form.getInputProps('number')}
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
      <Said
        field="oldPaper"
        label={t('command.oldPaper')}
        error={form.errors['oldPaper']}
        isSaid={form.values.oldPaper}
        onSay={(isSaid) => form.setFieldValue('oldPaper', isSaid)}
      />
      <LetterInput
        value={form.values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required={isOutside}
        errors={form.errors}
      />
    </CommandDialog>
  );
}
