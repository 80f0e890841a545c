/** Ending a signed agreement for one of the reasons of the law. */
import { Alert, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Day } from '../../../../domain/shared/day.ts';
import {
  endingLawful,
  endsByLaw,
  LAWFUL_ENDINGS,
} from '../../../../domain/agreement/legal-basis.ts';
import type { LawfulEnding } from '../../../../domain/agreement/legal-basis.ts';
import { capital } from '../../../../texts/format.ts';
import { call } from '../../../connection/call.ts';
import { ChoiceInput } from '../../../ui/choice.tsx';
import type { Choice } from '../../../ui/choice.tsx';
import { DayInput } from '../../../ui/day-input.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { letterGaps, LetterInput, letterWanted } from '../../../ui/letter-input.tsx';
import type { LetterDraft } from '../../../ui/letter-input.tsx';
import { agreements } from '../../../ui/lookups.ts';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';
import { otherParties } from './others.ts';

export const terminatePage: CommandPage = {
  Form: TerminateForm,
  icon: 'stop',
  weight: () => 'rare',
  label: (t) => t('command.terminate.label'),
};

type TerminationDraft = {
  reason: LawfulEnding | '';
  lastDay: Day;
  supersededBy: Choice | null;
  evidence: LetterDraft;
};

function TerminateForm(props: CommandProps) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { agreement } = props;
  const reasons = LAWFUL_ENDINGS.filter(({ code }) => endingLawful(code, agreement.legalBasis));
  const draft: TerminationDraft = {
    reason: '',
    lastDay: agreement.today,
    supersededBy: null,
    evidence: letterWanted,
  };
  const others = otherParties(props);
  const sent = useCommand(props, {
    initialValues: draft,
    gaps: ({ reason, lastDay, evidence }) => ({
      ...(reason === '' && { reason: t('field.required') }),
      ...(lastDay === '' && { lastDay: t('field.required') }),
      ...letterGaps(evidence, t('field.required')),
    }),
    compose: ({ office, reason, lastDay, supersededBy, evidence: { number, date } }) => ({
      office,
      // The form is not sent without a reason.
      reason: reason as LawfulEnding,
      lastDay,
      evidence: { number, date },
      ...(reason === 'superseded' && supersededBy && { supersededBy: supersededBy.id }),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/terminations', { params: { id }, body, once, revision }),
    done: t('command.terminate.done'),
  });
  const { form } = sent;
  const { values } = form;
  return (
    <CommandDialog {...props} sent={sent} lead={t('command.terminate.lead')} danger>
      <NativeSelect
        label={t('command.terminate.reason')}
        withAsterisk
        data={[
          { value: '', label: '' },
          ...reasons.map(({ code, source }) => ({
            value: code,
            label: `${capital(nameOf(`reason.${code}`))} (${source})`,
          })),
        ]}
        data-field="reason"
        {...form.getInputProps('reason')}
      />
      {values.reason !== '' && others.length > 0 && (
        <Alert color="blue" variant="light" icon={<Icon name="info" />}>
          {endsByLaw(values.reason)
            ? t('command.terminate.byLaw')
            : t('command.terminate.needsConsent', {
                parties: others.map(({ name }) => name).join(', '),
              })}
        </Alert>
      )}
      {values.reason === 'superseded' && (
        <ChoiceInput
          label={t('command.terminate.supersededBy')}
          description={t('command.terminate.supersededByHint')}
          value={values.supersededBy}
          onChange={(choice) => form.setFieldValue('supersededBy', choice)}
          lookup={agreements({ kind: agreement.kind }, ({ id }) => id !== agreement.id)}
          error={form.errors['supersededBy']}
          field="supersededBy"
          clearable
        />
      )}
      <DayInput
        label={t('command.terminate.lastDay')}
        withAsterisk
        maxDate={agreement.stage === 'active' ? agreement.term.end : agreement.today}
        data-field="lastDay"
        {...form.getInputProps('lastDay')}
      />
      <LetterInput
        value={values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required
        errors={form.errors}
      />
    </CommandDialog>
  );
}
