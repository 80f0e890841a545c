/** Handing the text on: a proposal taken up, a draft handed in, a review finished. */
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
import { ActorField, actorGaps, actorOf, letterFor, myself } from './actor-field.tsx';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { desksOf } from './desks.ts';
import { NoteField } from './word-fields.tsx';

export const submitPage: CommandPage = {
  Form: SubmitForm,
  icon: 'arrowRight',
  weight: () => 'main',
  label: (t, { onBehalfOf }, { stage }) => {
    const from = stage === 'proposal' || stage === 'drafting' ? stage : 'review';
    return onBehalfOf
      ? t(`command.submit.behalf.${from}`, { party: onBehalfOf.name })
      : t(`command.submit.${from}.label`);
  },
};

function SubmitForm(props: CommandProps) {
  const { t } = useTranslation();
  const { agreement, offer } = props;
  const { onBehalfOf } = offer;
  const stage =
    agreement.stage === 'proposal' || agreement.stage === 'drafting' ? agreement.stage : 'review';
  const sent = useCommand(props, {
    initialValues: {
      to: agreement.proposer.id,
      note: '',
      actor: myself,
      evidence: onBehalfOf ? letterWanted : noLetter,
    },
    gaps: ({ evidence, actor }) => ({
      ...letterGaps(evidence, t('field.required')),
      ...actorGaps(actor, t('field.required')),
    }),
    compose: ({ office, to, note, actor, evidence }) => ({
      office,
      ...(onBehalfOf && { onBehalfOf: onBehalfOf.id }),
      ...(stage === 'proposal' && { to }),
      ...(stage === 'drafting' && actorOf(actor)),
      ...(note.trim() !== '' && { note }),
      ...letterOf(evidence),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/submissions', { params: { id }, body, once, revision }),
    done: t(`command.submit.${stage}.done`),
  });
  const { form } = sent;
  const { values } = form;
  return (
    <CommandDialog {...props} sent={sent} lead={t(`command.submit.${stage}.lead`)}>
      {stage === 'proposal' && (
        <NativeSelect
          label={t('command.submit.to')}
          data={desksOf(agreement).map(({ id, name }) => ({ value: id, label: name }))}
          data-field="to"
          {...form.getInputProps('to')}
        />
      )}
      {stage === 'drafting' && (
        <ActorField
          label={t('command.submit.by')}
          office={onBehalfOf ? null : values.office}
          on={agreement.today}
          value={values.actor}
          onChange={(actor) => {
            form.setFieldValue('actor', actor);
            form.setFieldValue('evidence', letterFor(actor, values.evidence));
          }}
          error={form.errors['actedBy']}
        />
      )}
      <NoteField form={form} />
      <LetterInput
        value={values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required={onBehalfOf !== undefined || values.actor.who === 'paper'}
        errors={form.errors}
      />
    </CommandDialog>
  );
}
