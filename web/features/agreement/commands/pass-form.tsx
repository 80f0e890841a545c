/** Passing the text, or later the originals, to another desk. */
import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import {
  letterGaps,
  LetterInput,
  letterOf,
  letterWanted,
  noLetter,
} from '../../../ui/letter-input.tsx';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { desksOf } from './desks.ts';
import { NoteField } from './word-fields.tsx';

export const passPage: CommandPage = {
  Form: PassForm,
  icon: 'people',
  weight: ({ stage }) => (stage === 'active' ? 'rare' : 'beside'),
  label: (t, { onBehalfOf }, { stage }) => {
    if (onBehalfOf) return t('command.passTurn.behalf', { party: onBehalfOf.name });
    return stage === 'active' ? t('command.passTurn.labelOriginals') : t('command.passTurn.label');
  },
};

function PassForm(props: CommandProps) {
  const { t } = useTranslation();
  const { agreement, offer } = props;
  const { onBehalfOf } = offer;
  const elsewhere = desksOf(agreement).filter(
    ({ id }) => !agreement.desks.some((desk) => desk.id === id),
  );
  // The text may have moved to the chosen desk meanwhile.
  const deskFor = (to: string) => (elsewhere.find(({ id }) => id === to) ?? elsewhere[0])?.id ?? '';
  const sent = useCommand(props, {
    initialValues: {
      to: deskFor(''),
      note: '',
      evidence: onBehalfOf ? letterWanted : noLetter,
    },
    gaps: ({ evidence }) => letterGaps(evidence, t('field.required')),
    compose: ({ office, to, note, evidence }) => ({
      office,
      to: deskFor(to),
      ...(onBehalfOf && { onBehalfOf: onBehalfOf.id }),
      ...(note.trim() !== '' && { note }),
      ...letterOf(evidence),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/turns', { params: { id }, body, once, revision }),
    done: t('command.passTurn.done'),
  });
  const { form } = sent;
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.passTurn.lead')}>
      <NativeSelect
        label={t('command.passTurn.to')}
        data={elsewhere.map(({ id, name }) => ({ value: id, label: name }))}
        data-field="to"
        {...form.getInputProps('to')}
        value={deskFor(form.values.to)}
      />
      <NoteField form={form} />
      <LetterInput
        value={form.values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required={onBehalfOf !== undefined}
        errors={form.errors}
      />
    </CommandDialog>
  );
}
