/** What the list tells of each agreement. */
import { Badge, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { addDays, daysBetween } from '../../../../domain/shared/day.ts';
import { formatDay, formatNumber, formatShortDay } from '../../../../texts/format.ts';
import type { ItemFrom } from '../../../connection/call.ts';
import { DayText } from '../../../ui/day.tsx';
import { Icon } from '../../../ui/icons.tsx';
import type { Column } from '../../../ui/records.tsx';
import { DaysLeft, StageBadge } from '../../../ui/stage.tsx';
import { useNamed } from '../named.ts';
import classes from './columns.module.css';

type Row = ItemFrom<'get /agreements'>;

export function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'title',
      header: t('pipeline.columns.title'),
      sort: 'title',
      cell: (row) => <TitleCell row={row} />,
    },
    {
      key: 'stage',
      header: t('pipeline.columns.stage'),
      plain: true,
      cell: (row) => <StageCell row={row} />,
    },
    {
      key: 'end',
      header: t('pipeline.columns.end'),
      sort: 'end',
      cell: (row) => <EndCell row={row} />,
    },
    {
      key: 'changed',
      header: t('pipeline.columns.changed'),
      sort: 'changed',
      cell: ({ changedOn }) => <DayText day={changedOn} short />,
    },
  ];
}

function TitleCell({ row: { id, title, kind, region, parties } }: { row: Row }) {
  const { t: nameOf } = useTranslation('codes');
  const named = useNamed();
  return (
    <Stack gap={2}>
      <Link to="/perjanjian/$id" params={{ id }} className={classes.title}>
        {title}
      </Link>
      <Text size="sm" c="dimmed">
        {nameOf(`kind.${kind}`)} · {named(region)}
      </Text>
      <Text size="sm" c="dimmed">
        {parties.map(named).join(' · ')}
      </Text>
    </Stack>
  );
}

function StageCell({ row }: { row: Row }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4} align="flex-start">
      <Group gap={6}>
        <StageBadge stage={row.stage} />
        {row.myTurn && (
          <Badge
            className={classes.turn}
            variant="filled"
            leftSection={<Icon name="person" size={13} />}
          >
            {t('pipeline.yourTurn')}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {useDeskWords(row)}
      </Text>
    </Stack>
  );
}

function useDeskWords({ desks, turnSince, stage, term, daysLeft }: Row): string {
  const { t } = useTranslation();
  if (desks.length === 0 || stage === 'ended') return '';
  const desk = desks.map(({ name }) => name).join(', ');
  if (stage === 'active') return t('pipeline.originals', { desk });
  const today = addDays(term.end, -daysLeft);
  const days = daysBetween(turnSince, today);
  return days > 0
    ? t('pipeline.onDesk', { n: formatNumber(days), desk })
    : t('pipeline.onDeskToday', { desk });
}

function EndCell({ row: { stage, term, daysLeft, renewal, nextMilestone } }: { row: Row }) {
  const { t } = useTranslation();
  const inForce = stage === 'active';
  return (
    <Stack gap={2}>
      <Text size="sm" component="div">
        <DayText day={term.end} />
      </Text>
      {inForce ? (
        <DaysLeft days={daysLeft} />
      ) : (
        stage !== 'ended' && (
          <Text size="sm" c="dimmed">
            {nextMilestone?.kind === 'start'
              ? t('agreement.position.awaitsStart', { day: formatDay(nextMilestone.day) })
              : t('pipeline.planned', { day: formatShortDay(term.start) })}
          </Text>
        )
      )}
      {renewal !== 'none' && (
        <Group gap={4} wrap="nowrap" className={classes.renewal}>
          <Icon name="refresh" size={14} />
          <Text size="sm">{t(`pipeline.renewal.${renewal}`)}</Text>
        </Group>
      )}
      {inForce && nextMilestone?.kind === 'reminder' && (
        <Text size="sm" c="dimmed">
          {t('pipeline.reminder', { day: formatDay(nextMilestone.day) })}
        </Text>
      )}
    </Stack>
  );
}
