/** How far the setting up has come, what stopped it, and what to do once it is done. */
import { Alert, Button, List, Progress, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '../../../../texts/format.ts';
import { Icon } from '../../../ui/icons.tsx';
import { OneTimePassword } from '../../../ui/one-time-password.tsx';
import { ProblemNotice } from '../../../ui/problem-notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { PLACES } from './plan.ts';
import type { MadePassword, Outcome, PlaceKey, SetUpDraft, Task } from './plan.ts';
import classes from './run-report.module.css';

/** One task of the run, and how it went. */
export type Step = Task & { state: 'waiting' | 'working' | 'failed' | Outcome };

/** An attempt to carry out all tasks; it stops at the first error and can be taken up again. */
export type Run = { steps: Step[]; error: unknown; isOver: boolean; passwords: MadePassword[] };

export function RunReport({ run, people }: { run: Run; people: SetUpDraft['people'] }) {
  const { t } = useTranslation();
  const { steps, error, isOver, passwords } = run;
  const done = steps.filter(({ state }) => state === 'made' || state === 'found').length;
  return (
    <Section title={t('setUp.progress.title')} accent>
      <Stack gap="sm">
        <Text role="status">
          {t('setUp.progress.count', {
            done: formatNumber(done),
            total: formatNumber(steps.length),
          })}
        </Text>
        <Progress
          value={(100 * done) / Math.max(1, steps.length)}
          aria-label={t('setUp.progress.title')}
        />
        <ul className={classes.steps}>
          {steps.map((step) => (
            <StepLine key={`${step.what}/${step.key}`} step={step} />
          ))}
        </ul>
        {error !== null && <ProblemNotice error={error}>{t('setUp.progress.goOn')}</ProblemNotice>}
        {passwords.length > 0 && <Passwords passwords={passwords} />}
        {isOver && <WhatNow alone={people === 'me'} />}
      </Stack>
    </Section>
  );
}

const SIGNS = {
  waiting: 'dots',
  working: 'clock',
  failed: 'warning',
  made: 'check',
  found: 'check',
} as const;

function StepLine({ step: { what, key, name, state } }: { step: Step }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const words =
    what === 'role'
      ? t('setUp.task.role', { name: nameOf(`role.${PLACES[key as PlaceKey].role}`) })
      : t(`setUp.task.${what}`, { name });
  return (
    <li data-state={state}>
      <Icon name={SIGNS[state]} size={16} />
      <span>{words}</span>
      <Text span size="sm" c="dimmed">
        {t(`setUp.state.${state}`)}
      </Text>
    </li>
  );
}

function Passwords({ passwords }: { passwords: readonly MadePassword[] }) {
  const { t } = useTranslation();
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<Icon name="key" />}
      title={t('accounts.passwordTitle')}
    >
      <Stack gap="sm">
        <Text size="sm">{t('setUp.passwords')}</Text>
        {passwords.map(({ name, email, password }) => (
          <OneTimePassword key={email} label={`${name} (${email})`} password={password} />
        ))}
      </Stack>
    </Alert>
  );
}

function WhatNow({ alone }: { alone: boolean }) {
  const { t } = useTranslation();
  return (
    <Alert color="green" variant="light" icon={<Icon name="check" />} title={t('setUp.done.title')}>
      <List size="sm" spacing={4}>
        {alone ? (
          <>
            <List.Item>{t('setUp.done.alone')}</List.Item>
            <List.Item>{t('setUp.done.paper')}</List.Item>
          </>
        ) : (
          <List.Item>{t('setUp.done.others')}</List.Item>
        )}
      </List>
      {alone && (
        <Button component={Link} to="/perjanjian/baru" mt="sm" leftSection={<Icon name="plus" />}>
          {t('pipeline.new')}
        </Button>
      )}
    </Alert>
  );
}
