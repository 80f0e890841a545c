/** Office holders: who may sign what, since when; replacing one ends no agreement. */
import { Badge, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { lazyRouteComponent, useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Day } from '../../../domain/shared/day.ts';
import { formatDay } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { useSession } from '../../connection/session.ts';
import { ChoiceInput } from '../../ui/choice.tsx';
import { EmptyState, NothingFound } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icons.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { offices } from '../../ui/lookups.ts';
import { Page } from '../../ui/page.tsx';
import { usePosition } from '../../ui/people.ts';
import { Records } from '../../ui/records.tsx';
import { stated } from '../../ui/search.ts';
import classes from './holders-page.module.css';
import type { Holder } from './holder-dialogs.tsx';

const dialogs = () => import('./holder-dialogs.tsx');
const AppointDialog = lazyRouteComponent(dialogs, 'AppointDialog');
const RelieveDialog = lazyRouteComponent(dialogs, 'RelieveDialog');

type Open = { kind: 'appoint'; replaces: Holder | null } | { kind: 'relieve'; holder: Holder };

export function HoldersPage() {
  const { t } = useTranslation();
  const { kantor } = useSearch({ from: '/known/shell/pengaturan/pejabat' });
  const navigate = useNavigate({ from: '/pengaturan/pejabat' });
  const { today } = useSession().installation;
  const [withPast, setWithPast] = useState(false);
  const [open, setOpen] = useState<Open | null>(null);
  const within = useOfficesWithin();
  const chosen = within.data?.find(({ id }) => id === kantor);
  const holders = useInfiniteQuery({
    queryKey: ['holders', 'list', kantor ?? null, withPast || today],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      call('get /office-holders', {
        query: {
          limit: 50,
          ...(kantor !== undefined && { office: kantor }),
          ...(!withPast && { on: today }),
          ...(cursor !== undefined && { cursor }),
        },
        signal,
      }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const mine = (holder: Holder) => within.data?.some(({ id }) => id === holder.office.id) ?? false;

  return (
    <Page
      title={t('administration.holders')}
      lead={t('holders.lead')}
      actions={
        <Button
          leftSection={<Icon name="plus" />}
          onClick={() => setOpen({ kind: 'appoint', replaces: null })}
        >
          {t('holders.add')}
        </Button>
      }
    >
      <Group align="end" gap="md">
        <div className={classes.office}>
          <ChoiceInput
            label={t('holders.office')}
            placeholder={t('holders.anyOffice')}
            value={kantor === undefined ? null : { id: kantor, name: chosen?.name ?? '…' }}
            onChange={(choice) =>
              void navigate({ search: () => stated({ kantor: choice?.id }), replace: true })
            }
            lookup={offices({ actingFor: 'holder.write' })}
            clearable
          />
        </div>
        <Checkbox
          label={t('holders.withPast')}
          checked={withPast}
          onChange={({ currentTarget }) => setWithPast(currentTarget.checked)}
          pb={8}
        />
      </Group>
      <QueryBoundary query={holders}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0 && kantor !== undefined) {
            return (
              <NothingFound
                {...(chosen && { searched: chosen.name })}
                onClear={() => void navigate({ search: () => stated({}), replace: true })}
              />
            );
          }
          return items.length === 0 ? (
            <EmptyState
              icon="people"
              title={t('holders.empty.title')}
              detail={t('holders.empty.detail')}
            />
          ) : (
            <Stack gap="sm">
              <HolderRecords
                items={items}
                today={today}
                mayChange={mine}
                onReplace={(replaces) => setOpen({ kind: 'appoint', replaces })}
                onRelieve={(holder) => setOpen({ kind: 'relieve', holder })}
              />
              {holders.hasNextPage && (
                <Button variant="default" onClick={() => void holders.fetchNextPage()}>
                  {t('more')}
                </Button>
              )}
            </Stack>
          );
        }}
      </QueryBoundary>
      <Suspense>
        {open?.kind === 'appoint' && (
          <AppointDialog
            replaces={open.replaces}
            office={chosen ? { id: chosen.id, name: chosen.name } : null}
            onClose={() => setOpen(null)}
          />
        )}
        {open?.kind === 'relieve' && (
          <RelieveDialog holder={open.holder} onClose={() => setOpen(null)} />
        )}
      </Suspense>
    </Page>
  );
}

function HolderRecords({
  items,
  today,
  mayChange,
  onReplace,
  onRelieve,
}: {
  items: readonly Holder[];
  today: Day;
  mayChange: (holder: Holder) => boolean;
  onReplace: (holder: Holder) => void;
  onRelieve: (holder: Holder) => void;
}) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const positionOf = usePosition();
  return (
    <Records
      caption={t('administration.holders')}
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        {
          key: 'person',
          header: t('holders.person'),
          cell: ({ personName, position, capacity }) => (
            <>
              <Text fw={600}>{personName}</Text>
              <Text size="sm" c="dimmed">
                {positionOf(position, capacity)}
              </Text>
            </>
          ),
        },
        { key: 'office', header: t('holders.office'), cell: ({ office }) => office.name },
        {
          key: 'signs',
          header: t('holders.signs'),
          cell: ({ signs }) =>
            signs.length === 0
              ? t('holders.signsNothing')
              : signs.map((kind) => nameOf(`kind.${kind}`)).join(', '),
        },
        {
          key: 'time',
          header: t('holders.time'),
          cell: ({ from, until, decree }) => (
            <>
              <Text size="sm">
                {until === null
                  ? t('holders.since', { day: formatDay(from) })
                  : t('days.range', { start: formatDay(from), end: formatDay(until) })}
              </Text>
              <Text size="sm" c="dimmed">
                {t('holders.decreeOf', { number: decree.number, day: formatDay(decree.date) })}
              </Text>
              {until !== null && until < today && (
                <Badge variant="default" className={classes.past}>
                  {t('holders.past')}
                </Badge>
              )}
            </>
          ),
        },
        {
          key: 'actions',
          header: t('actions'),
          actions: true,
          cell: (holder) =>
            mayChange(holder) && (holder.until === null || holder.until >= today) ? (
              <Group gap="xs" justify="flex-end" className={classes.actions}>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={t('holders.replaceOf', { person: holder.personName })}
                  onClick={() => onReplace(holder)}
                >
                  {t('holders.replace')}
                </Button>
                <Button
                  size="xs"
                  variant="subtle"
                  aria-label={t('holders.relieveOf', { person: holder.personName })}
                  onClick={() => onRelieve(holder)}
                >
                  {t('holders.relieve')}
                </Button>
              </Group>
            ) : null,
        },
      ]}
    />
  );
}

// The holders one knows are more than those one may change: those of the other side are known.
function useOfficesWithin() {
  return useQuery({
    queryKey: ['offices', 'within', 'holder.write'],
    queryFn: async ({ signal }) => {
      const items: ItemFrom<'get /offices'>[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: ItemFrom<'get /offices'>[]; nextCursor: string | null } = await call(
          'get /offices',
          {
            query: { actingFor: 'holder.write', limit: 100, ...(cursor !== null && { cursor }) },
            signal,
          },
        );
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return items;
    },
  });
}
