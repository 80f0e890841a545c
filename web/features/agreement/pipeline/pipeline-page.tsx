/** The pipeline: every agreement of one's offices, where its text lies and when it ends. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { STAGES } from '../../../../domain/agreement/agreement.ts';
import type { Stage } from '../../../../domain/agreement/agreement.ts';
import { addDays } from '../../../../domain/shared/day.ts';
import type { Day } from '../../../../domain/shared/day.ts';
import { formatNumber } from '../../../../texts/format.ts';
import { call } from '../../../connection/call.ts';
import type { RequestTo } from '../../../connection/call.ts';
import { allows, useSession } from '../../../connection/session.ts';
import { useWayBack } from '../../../ui/back-link.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { QueryBoundary } from '../../../ui/query-boundary.tsx';
import { Page } from '../../../ui/page.tsx';
import { cursorIn, Pager } from '../../../ui/pager.tsx';
import { Records } from '../../../ui/records.tsx';
import { stated } from '../../../ui/search.ts';
import { useColumns } from './columns.tsx';
import { Filters } from './filters.tsx';
import { hasFilters, KINDS, noFilters, SORTS, WITHIN } from './view.ts';
import type { View } from './view.ts';

export function PipelinePage() {
  const { t } = useTranslation();
  const session = useSession();
  const view = useSearch({ from: '/known/shell/perjanjian' });
  const navigate = useNavigate({ from: '/perjanjian' });
  useWayBack('/perjanjian', view);
  const columns = useColumns();
  const query = asQuery(view, session.installation.today);
  const page = useQuery({
    queryKey: ['agreements', query],
    queryFn: ({ signal }) => call('get /agreements', { query, signal }),
    placeholderData: keepPreviousData,
  });
  const change = (part: Partial<View>) =>
    void navigate({
      search: (present) => stated({ ...present, setelah: undefined, ...part }),
      replace: true,
    });
  const mayPropose = allows(session, 'agreement.create');

  return (
    <Page
      title={t('pipeline.title')}
      actions={
        mayPropose && (
          <Button component={Link} to="/perjanjian/baru" leftSection={<Icon name="plus" />}>
            {t('pipeline.new')}
          </Button>
        )
      }
    >
      <Filters view={view} onChange={change} />
      <QueryBoundary query={page} lines={6}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Nothing view={view} mayPropose={mayPropose} onClear={() => change(noFilters)} />
          ) : (
            <Stack gap="sm">
              <Records
                caption={t('pipeline.caption')}
                columns={columns}
                rows={items}
                keyOf={({ id }) => id}
                sort={query.sort ?? 'end'}
                onSort={(urut) => change({ urut })}
                isMarked={({ myTurn }) => myTurn}
              />
              <Group justify="space-between">
                <Text size="sm" c="dimmed" role="status">
                  {t('pipeline.shown', { n: formatNumber(items.length) })}
                </Text>
              </Group>
              <Pager
                trail={view.setelah}
                nextCursor={nextCursor}
                onTurn={(setelah) => change({ setelah })}
              />
            </Stack>
          )
        }
      </QueryBoundary>
    </Page>
  );
}

function Nothing({
  view,
  mayPropose,
  onClear,
}: {
  view: View;
  mayPropose: boolean;
  onClear: () => void;
}) {
  const { t } = useTranslation();
  if (view.giliran && !hasFilters({ ...view, giliran: undefined })) {
    return (
      <EmptyState
        icon="check"
        title={t('pipeline.nothingMine.title')}
        detail={t('pipeline.nothingMine.detail')}
      >
        <Button variant="light" mt="sm" onClick={onClear}>
          {t('pipeline.clear')}
        </Button>
      </EmptyState>
    );
  }
  if (hasFilters(view)) {
    return (
      <EmptyState
        icon="search"
        title={t('pipeline.nothing.title')}
        detail={t('pipeline.nothing.detail')}
      >
        <Button variant="light" mt="sm" onClick={onClear}>
          {t('pipeline.clear')}
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="document"
      title={t('pipeline.empty.title')}
      detail={t(mayPropose ? 'pipeline.empty.detailCreate' : 'pipeline.empty.detail')}
    >
      {mayPropose && (
        <Button component={Link} to="/perjanjian/baru" mt="sm" leftSection={<Icon name="plus" />}>
          {t('pipeline.new')}
        </Button>
      )}
    </EmptyState>
  );
}

type Query = NonNullable<RequestTo<'get /agreements'>['query']>;

/** What an address asks of the list; words it does not know ask for nothing. */
function asQuery(view: View, today: Day): Query {
  const within = WITHIN.find((days) => String(days) === view.berakhir);
  const cursor = cursorIn(view.setelah);
  const kind = KINDS.find((each) => each === view.jenis);
  return {
    stage: stagesOf(view.tahap),
    sort: SORTS.find((each) => each === view.urut) ?? 'end',
    limit: 25,
    ...(view.cari !== undefined && { q: view.cari.slice(0, 100) }),
    ...(kind && { kind }),
    ...(view.giliran && { mine: 'true' }),
    ...(view.wilayah !== undefined && { region: view.wilayah }),
    ...(within !== undefined && { endsFrom: today, endsUntil: addDays(today, within) }),
    ...(cursor !== undefined && { cursor }),
  };
}

function stagesOf(word: string | undefined): Stage[] {
  if (word === 'semua') return [...STAGES];
  const stage = STAGES.find((each) => each === word);
  return stage ? [stage] : STAGES.filter((each) => each !== 'ended');
}
