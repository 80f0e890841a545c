/** The outbox: mails to one's offices, what became of them, and the mails themselves. */
import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { capital } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { useWayBack } from '../../ui/back-link.tsx';
import { DayText } from '../../ui/day.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { Page } from '../../ui/page.tsx';
import { cursorIn, Pager } from '../../ui/pager.tsx';
import { Records } from '../../ui/records.tsx';
import { stated } from '../../ui/search.ts';
import {
  DoubledNote,
  MailState,
  Readers,
  STATES,
  TEMPLATES,
  useTemplateName,
} from './mail-state.tsx';
import { MailTrouble } from './mail-trouble.tsx';
import classes from './outbox-page.module.css';

type Row = ItemFrom<'get /outbox'>;
type View = {
  perjanjian?: string | undefined;
  keadaan?: string | undefined;
  macam?: string | undefined;
  setelah?: string | undefined;
};

export function OutboxPage() {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const templateName = useTemplateName();
  const view: View = useSearch({ from: '/known/shell/kotak-keluar' });
  const navigate = useNavigate({ from: '/kotak-keluar' });
  useWayBack('/kotak-keluar', view);
  const query = asQuery(view);
  const page = useQuery({
    queryKey: ['outbox', 'list', query],
    queryFn: ({ signal }) => call('get /outbox', { query, signal }),
    placeholderData: keepPreviousData,
  });
  const change = (part: Partial<View>) =>
    void navigate({
      search: (present) => stated({ ...present, setelah: undefined, ...part }),
      replace: true,
    });
  const isFiltered = [view.perjanjian, view.keadaan, view.macam].some((each) => each);
  const clear = () => change({ perjanjian: undefined, keadaan: undefined, macam: undefined });

  return (
    <Page title={t('outbox.title')} lead={t('outbox.lead')}>
      <MailTrouble />
      <Group align="end" gap="sm">
        <NativeSelect
          label={t('outbox.state')}
          value={view.keadaan ?? ''}
          onChange={({ currentTarget }) => change({ keadaan: currentTarget.value || undefined })}
          data={[
            { value: '', label: t('outbox.anyState') },
            ...STATES.map((state) => ({
              value: state,
              label: capital(nameOf(`mailState.${state}`)),
            })),
          ]}
        />
        <NativeSelect
          label={t('outbox.template')}
          value={view.macam ?? ''}
          onChange={({ currentTarget }) => change({ macam: currentTarget.value || undefined })}
          data={[
            { value: '', label: t('outbox.anyTemplate') },
            ...TEMPLATES.map((template) => ({ value: template, label: templateName(template) })),
          ]}
        />
        {isFiltered && (
          <Button variant="subtle" onClick={clear}>
            {t('pipeline.clear')}
          </Button>
        )}
      </Group>
      <QueryBoundary query={page} lines={6}>
        {({ items, nextCursor }) => (
          <Stack gap="sm">
            {view.perjanjian && <About items={items} />}
            {items.length === 0 ? (
              <EmptyState
                icon="mail"
                title={t(isFiltered ? 'outbox.nothing.title' : 'outbox.empty.title')}
                detail={t(isFiltered ? 'outbox.nothing.detail' : 'outbox.empty.detail')}
              />
            ) : (
              <>
                <MailRecords items={items} />
                <Pager
                  trail={view.setelah}
                  nextCursor={nextCursor}
                  onTurn={(setelah) => change({ setelah })}
                />
              </>
            )}
          </Stack>
        )}
      </QueryBoundary>
    </Page>
  );
}

function MailRecords({ items }: { items: readonly Row[] }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  return (
    <Records
      caption={t('outbox.caption')}
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        {
          key: 'subject',
          header: t('outbox.columns.subject'),
          cell: ({ id, subject, possiblyDoubled }) => (
            <>
              <Link to="/kotak-keluar/$id" params={{ id }} className={classes.subject}>
                {subject}
              </Link>
              {possiblyDoubled && <DoubledNote />}
            </>
          ),
        },
        {
          key: 'to',
          header: t('outbox.columns.to'),
          cell: (mail) => <Readers mail={mail} />,
        },
        {
          key: 'day',
          header: t('outbox.columns.day'),
          cell: ({ businessDay }) => <DayText day={businessDay} short />,
        },
        {
          key: 'state',
          header: t('outbox.columns.state'),
          plain: true,
          cell: ({ state, notSentBecause }) => (
            <>
              <MailState state={state} />
              {notSentBecause && (
                <Text size="sm" c="dimmed">
                  {nameOf(`notSent.${notSentBecause}`)}
                </Text>
              )}
            </>
          ),
        },
      ]}
    />
  );
}

// A list of one agreement's mails says whose they are.
function About({ items }: { items: readonly Row[] }) {
  const { t } = useTranslation();
  const agreement = items.find((each) => each.agreement)?.agreement;
  if (!agreement) return null;
  return (
    <Text>
      {t('outbox.about')}{' '}
      <Link to="/perjanjian/$id" params={{ id: agreement.id }}>
        {agreement.title}
      </Link>
    </Text>
  );
}

function asQuery(view: View) {
  const state = STATES.find((each) => each === view.keadaan);
  const template = TEMPLATES.find((each) => each === view.macam);
  const cursor = cursorIn(view.setelah);
  return {
    limit: 25,
    ...(view.perjanjian !== undefined && { agreement: view.perjanjian }),
    ...(state && { state }),
    ...(template && { template }),
    ...(cursor !== undefined && { cursor }),
  };
}
