/** The approval route: who approves, and after whom. */
import { Alert, Button, Fieldset, MultiSelect, Stack, Text } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { ChoicesInput } from '../../../ui/choice.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { offices } from '../../../ui/lookups.ts';
import { Section } from '../../../ui/section.tsx';
import { MOST_STEPS } from '../../../../domain/agreement/approval.ts';
import { aStep } from './draft.ts';
import type { Draft, StepDraft } from './draft.ts';

export function ApprovalsSection({ form }: { form: UseFormReturnType<Draft> }) {
  const { t } = useTranslation();
  const { approvals: steps, own } = form.values;
  const change = (next: StepDraft[]) => {
    form.setFieldValue('approvals', next);
    form.setFieldValue('own', { ...own, approvals: true });
  };
  const remove = ({ key }: StepDraft) =>
    change(
      steps
        .filter((step) => step.key !== key)
        .map((step) => ({ ...step, after: step.after.filter((each) => each !== key) })),
    );
  return (
    <Section title={t('agreement.approvals.title')}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('proposal.approvals.lead')}
        </Text>
        {form.errors['approvals'] && (
          <Alert color="red" variant="light" icon={<Icon name="warning" />}>
            {form.errors['approvals']}
          </Alert>
        )}
        {steps.map((step, at) => (
          <Fieldset
            key={step.key}
            legend={t('proposal.approvals.nth', { n: at + 1 })}
            variant="filled"
          >
            <Stack gap="sm">
              <ChoicesInput
                label={t('proposal.approvals.offices')}
                description={t('proposal.approvals.officesHint')}
                required
                value={step.offices}
                onChange={(chosen) => change(replaced(steps, { ...step, offices: chosen }))}
                lookup={offices({}, ({ kind }) => kind !== 'operator')}
                error={form.errors[`approvals.${at}.offices`]}
                field={`approvals.${at}.offices`}
              />
              {steps.length > 1 && (
                <MultiSelect
                  label={t('proposal.approvals.after')}
                  placeholder={step.after.length === 0 ? t('proposal.approvals.atOnce') : ''}
                  value={step.after}
                  onChange={(after) => change(replaced(steps, { ...step, after }))}
                  data={others(steps, step).map(({ key, n }) => ({
                    value: key,
                    label: t('proposal.approvals.nth', { n }),
                  }))}
                />
              )}
              <Button
                variant="subtle"
                color="red"
                c="red.9"
                size="xs"
                style={{ alignSelf: 'flex-start' }}
                onClick={() => remove(step)}
              >
                {t('proposal.remove')}
              </Button>
            </Stack>
          </Fieldset>
        ))}
        <Button
          variant="default"
          leftSection={<Icon name="plus" />}
          style={{ alignSelf: 'flex-start' }}
          disabled={steps.length >= MOST_STEPS}
          onClick={() =>
            change([
              ...steps,
              aStep(
                [],
                steps.slice(-1).map(({ key }) => key),
              ),
            ])
          }
        >
          {t('proposal.approvals.add')}
        </Button>
        {steps.length >= MOST_STEPS && (
          <Text size="sm" c="dimmed">
            {t('proposal.approvals.most', { count: MOST_STEPS })}
          </Text>
        )}
      </Stack>
    </Section>
  );
}

function replaced(steps: readonly StepDraft[], step: StepDraft): StepDraft[] {
  return steps.map((each) => (each.key === step.key ? step : each));
}

function others(steps: readonly StepDraft[], { key }: StepDraft): { key: string; n: number }[] {
  return steps.flatMap((step, at) => (step.key === key ? [] : [{ key: step.key, n: at + 1 }]));
}
