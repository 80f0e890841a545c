/** Giving one step's approval, in the app or as recorded from paper. */
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import { letterGaps, LetterInput, letterOf, noLetter } from '../../../ui/letter-input.tsx';
import { stepName } from '../steps.ts';
import { ActorField, actorGaps, actorOf, letterFor, myself } from './actor-field.tsx';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';

export const approvePage: CommandPage = {
  Form: ApproveForm,
  icon: 'check',
  weight: () => 'main',
  label: (t, { step = '' }, agreement) =>
    t('command.approve.label', { step: stepName(agreement, step) }),
};

function ApproveForm(props: CommandProps) {
  const { t } = useTranslation();
  const { agreement, offer } = props;
  const sent = useCommand(props, {
    initialValues: { actor: myself, evidence: noLetter },
    gaps: ({ actor, evidence }) => ({
      ...actorGaps(actor, t('field.required')),
      ...letterGaps(evidence, t('field.required')),
    }),
    compose: ({ office, actor, evidence }) => ({
      office,
      step: offer.step ?? '',
      ...actorOf(actor),
      ...letterOf(evidence),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/approvals', { params: { id }, body, once, revision }),
    done: t('command.approve.done'),
  });
  const { form } = sent;
  const { values } = form;
  return (
    <CommandDialog
      {...props}
      sent={sent}
      lead={t('command.approve.lead', { n: agreement.textVersion })}
    >
      <ActorField
        label={t('command.approve.who')}
        office={values.office}
        on={agreement.today}
        value={values.actor}
        onChange={(actor) => {
          form.setFieldValue('actor', actor);
          form.setFieldValue('evidence', letterFor(actor, values.evidence));
          form.clearFieldError('actedBy');
        }}
        error={form.errors['actedBy']}
      />
      <LetterInput
        value={values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required={values.actor.who === 'paper'}
        errors={form.errors}
      />
    </CommandDialog>
  );
}
