/**
 * Setting up a region for its first agreement: offices of both sides, office holders, people.
 * It can be sent again after an error; what is there already is found and left alone.
 */
import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Day } from '../../../../domain/shared/day.ts';
import { yearOf } from '../../../../domain/shared/day.ts';
import { useSession } from '../../../connection/session.ts';
import { forget, keep, readKept } from '../../../ui/draft-storage.ts';
import { Page } from '../../../ui/page.tsx';
import { createSetUp, OFFICES, tasksOf } from './plan.ts';
import type { SetUpDraft } from './plan.ts';
import { RunReport } from './run-report.tsx';
import type { Run, Step } from './run-report.tsx';
import { HoldersSection, OfficesSection, PeopleSection, RegionSection } from './sections.tsx';
import classes from './set-up-page.module.css';

export function SetUpPage() {
  const { t } = useTranslation();
  const { user, installation } = useSession();
  const client = useQueryClient();
  const place = { name: 'siapkan-wilayah', userId: user.id, shape: 1 };
  const [kept] = useState(() => readKept<SetUpDraft>(place));
  const keepSoon = useDebouncedCallback((draft: SetUpDraft) => keep(place, draft), 400);
  const gapsOf = useGaps();
  const empty = useEmptyDraft(installation.today);
  const form = useForm<SetUpDraft>({
    initialValues: kept ?? empty,
    validate: gapsOf,
    onValuesChange: keepSoon,
  });
  const [run, setRun] = useState<Run | null>(null);
  // Keys outlive an attempt, so that an answer that got lost is found and not made again.
  const keys = useRef(new Map<string, string>());
  const isWorking = run !== null && !run.isOver && run.error === null;

  async function carryOut(draft: SetUpDraft): Promise<void> {
    const passwords = run?.passwords ?? [];
    const setUp = createSetUp(draft, { userId: user.id, keys: keys.current });
    let steps: Step[] = tasksOf(draft).map((task) => ({ ...task, state: 'waiting' }));
    const note = (at: number, state: Step['state']) => {
      steps = steps.map((step, index) => (index === at ? { ...step, state } : step));
      const made = [...passwords, ...setUp.passwords];
      setRun({ steps, error: null, isOver: false, passwords: made });
    };
    for (const [at, task] of steps.entries()) {
      note(at, 'working');
      try {
        note(at, await setUp.carryOut(task));
      } catch (error) {
        note(at, 'failed');
        setRun((present) => present && { ...present, error });
        return;
      }
    }
    keepSoon.cancel();
    forget(place);
    setRun((present) => present && { ...present, isOver: true });
    // New roles open new pages, and new offices can be chosen everywhere.
    await client.invalidateQueries();
  }

  return (
    <Page title={t('administration.setUp')} lead={t('setUp.lead')}>
      <form
        noValidate
        onSubmit={form.onSubmit(
          (draft) => void carryOut(draft),
          () => requestAnimationFrame(focusFirstWrong),
        )}
        className={classes.form}
      >
        {!run?.isOver && (
          <fieldset disabled={isWorking} className={classes.fields}>
            <Stack gap="lg">
              <RegionSection form={form} />
              <OfficesSection form={form} />
              <HoldersSection form={form} />
              <PeopleSection form={form} />
            </Stack>
          </fieldset>
        )}
        <Stack gap="md" mt={run?.isOver ? 0 : 'lg'}>
          {run && <RunReport run={run} people={form.values.people} />}
          <Group justify="flex-end">
            {run?.isOver ? (
              <Button
                variant="default"
                onClick={() => {
                  form.setValues(empty);
                  setRun(null);
                }}
              >
                {t('setUp.again')}
              </Button>
            ) : (
              <Button type="submit" size="md" loading={isWorking}>
                {t(run ? 'setUp.goOn' : 'setUp.submit')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Page>
  );
}

function useGaps(): (draft: SetUpDraft) => Record<string, string> {
  const { t } = useTranslation();
  return ({ region, offices, holders, people, accounts }) => {
    const missing = t('field.required');
    const gaps: Record<string, string> = {};
    if (!region) gaps['region'] = missing;
    for (const key of OFFICES) if (offices[key].trim() === '') gaps[`offices.${key}`] = missing;
    for (const [key, holder] of Object.entries(holders)) {
      for (const [field, value] of Object.entries(holder)) {
        if (value.trim() === '') gaps[`holders.${key}.${field}`] = missing;
      }
    }
    if (people === 'me') return gaps;
    for (const [key, { name, email }] of Object.entries(accounts)) {
      if (email.trim() !== '' && name.trim() === '') gaps[`accounts.${key}.name`] = missing;
      if (email.trim() !== '' && !/^\S+@\S+$/.test(email.trim())) {
        gaps[`accounts.${key}.email`] = t('signIn.emailWrong');
      }
    }
    return gaps;
  };
}

function useEmptyDraft(today: Day): SetUpDraft {
  const { t } = useTranslation();
  const since = `${yearOf(today)}-01-01`;
  const holder = (position: string) => ({
    personName: '',
    position,
    capacity: 'definitif' as const,
    from: since,
    decreeNumber: '',
    decreeDate: since,
  });
  const nobody = { name: '', email: '' };
  return {
    region: null,
    offices: {
      government: '',
      legal: t('setUp.suggestion.legal'),
      opd: t('setUp.suggestion.opd'),
      headOffice: t('setUp.suggestion.headOffice'),
      branch: '',
    },
    holders: {
      regent: holder(t('setUp.suggestion.regent.kabupaten')),
      opdHead: holder(t('setUp.suggestion.opdHead')),
      legalHead: holder(t('setUp.suggestion.legalHead')),
      branchHead: holder(t('setUp.suggestion.branchHead')),
    },
    people: 'me',
    accounts: { proposer: nobody, legal: nobody, approver: nobody, officer: nobody, head: nobody },
  };
}

function focusFirstWrong(): void {
  document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
}
