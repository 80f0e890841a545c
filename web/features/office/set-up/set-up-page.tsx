/**
 * Setting up a region for its first agreement: offices of both sides, office holders, people. All of it
 * is one request, so that a refusal leaves nothing half made; what is there already is found.
 */
import { Button, Group, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Day } from '../../../../domain/shared/day.ts';
import { yearOf } from '../../../../domain/shared/day.ts';
import { call } from '../../../connection/call.ts';
import { useSession } from '../../../connection/session.ts';
import { forget, keep, readKept } from '../../../ui/draft-storage.ts';
import { Page } from '../../../ui/page.tsx';
import { useSentForm } from '../../../ui/sent-form.ts';
import { SentNotice } from '../../../ui/sent-notice.tsx';
import { OFFICES, requestFrom } from './plan.ts';
import type { SetUp, SetUpDraft } from './plan.ts';
import { HoldersSection, OfficesSection, PeopleSection, RegionSection } from './sections.tsx';
import classes from './set-up-page.module.css';
import { SetUpResult } from './set-up-result.tsx';

export function SetUpPage() {
  const { t } = useTranslation();
  const { user, installation } = useSession();
  const client = useQueryClient();
  const place = { name: 'siapkan-wilayah', userId: user.id, shape: 2 };
  const [kept] = useState(() => readKept<SetUpDraft>(place));
  const [done, setDone] = useState<{ made: SetUp; draft: SetUpDraft } | null>(null);
  const empty = useEmptyDraft(installation.today);
  const { form, sending, remaining, isLocked, submit } = useSentForm({
    initialValues: kept ?? empty,
    gaps: useGaps(),
    onValuesChange: (draft) => keep(place, draft),
    compose: requestFrom,
    send: ({ body, once }) => call('post /set-ups', { body, once }),
    onDone: (made, draft) => {
      forget(place);
      setDone({ made, draft });
      // New roles open new pages, and new offices can be chosen everywhere.
      void client.invalidateQueries();
    },
  });

  return (
    <Page title={t('administration.setUp')} lead={t('setUp.lead')}>
      {done ? (
        <Stack gap="md" className={classes.form}>
          <SetUpResult {...done} />
          <Group justify="flex-end">
            <Button
              variant="default"
              onClick={() => {
                form.setValues(empty);
                setDone(null);
              }}
            >
              {t('setUp.again')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <form noValidate onSubmit={submit} className={classes.form}>
          <fieldset disabled={isLocked} className={classes.fields}>
            <Stack gap="lg">
              <RegionSection form={form} />
              <OfficesSection form={form} />
              <HoldersSection form={form} />
              <PeopleSection form={form} />
            </Stack>
          </fieldset>
          <Stack gap="md" mt="lg">
            <SentNotice sending={sending} remaining={remaining} />
            <Group justify="flex-end">
              <Button type="submit" size="md" loading={sending.state === 'sending'}>
                {t(sending.state === 'unknown' ? 'form.sendAgain' : 'setUp.submit')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Page>
  );
}

function useGaps(): (draft: SetUpDraft) => Record<string, string> {
  const { t } = useTranslation();
  return ({ region, offices, holders, people, accounts }) => {
    const missing = t('field.required');
    const gaps: Record<string, string> = {};
    if (!region) gaps['region'] = missing;
    for (const key of OFFICES) {
      if (offices[key].name.trim() === '') gaps[`offices.${key}.name`] = missing;
    }
    for (const [key, { decree, ...holder }] of Object.entries(holders)) {
      const fields = { ...holder, 'decree.number': decree.number, 'decree.date': decree.date };
      for (const [field, value] of Object.entries(fields)) {
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
    decree: { number: '', date: since },
  });
  const nobody = { name: '', email: '' };
  return {
    region: null,
    offices: {
      government: { name: '' },
      legal: { name: t('setUp.suggestion.legal') },
      opd: { name: t('setUp.suggestion.opd') },
      headOffice: { name: t('setUp.suggestion.headOffice') },
      branch: { name: '' },
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
