/** What happened, newest first, in sentences; and who recorded it. */
import { Button, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { formatInstant } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { DayText } from '../../ui/day.tsx';
import { Icon } from '../../ui/icons.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Section } from '../../ui/section.tsx';
import type { Agreement } from './reading.ts';
import { signOf, useSentences } from './sentences.ts';
import classes from './timeline.module.css';

type Entry = ItemFrom<'get /agreements/{id}/timeline'>;

export function Timeline({ agreement: { id, zone } }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['agreement', id, 'timeline'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      call('get /agreements/{id}/timeline', {
        params: { id },
        query: { limit: 20, ...(cursor !== undefined && { cursor }) },
        signal,
      }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  return (
    <Section title={t('agreement.timeline.title')}>
      {error && <ProblemNotice error={error} />}
      {!data && !error && <Skeleton height={120} />}
      {data && (
        <ol className={classes.feed}>
          {data.pages
            .flatMap(({ items }) => items)
            .map((entry) => (
              <EntryItem key={entry.key} entry={entry} zone={zone} />
            ))}
        </ol>
      )}
      {hasNextPage && (
        <Button
          variant="default"
          size="xs"
          mt="sm"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </Section>
  );
}

function EntryItem({ entry, zone }: { entry: Entry; zone: Agreement['zone'] }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const sentencesOf = useSentences();
  const { by, businessDay, recordedAt, events } = entry;
  const [first, ...rest] = sentencesOf(entry);
  const who = by && [personOf(by), by.office].filter(Boolean).join(', ');
  return (
    <li className={classes.entry}>
      <span className={classes.sign}>
        <Icon name={signOf(events[0]?.kind ?? '')} size={14} />
      </span>
      <div className={classes.words}>
        <Text size="sm" fw={550}>
          {first}
        </Text>
        {rest.map((sentence) => (
          <Text size="sm" key={sentence} className={classes.more}>
            {sentence}
          </Text>
        ))}
        <Text size="sm" c="dimmed" title={formatInstant(Date.parse(recordedAt), zone)}>
          <DayText day={businessDay} /> ·{' '}
          {who ? t('agreement.timeline.by', { who }) : t('agreement.timeline.automatic')}
        </Text>
      </div>
    </li>
  );

  // As what: the office held on that day, or else the roles.
  function personOf({ userName, holder, roles }: NonNullable<Entry['by']>): string | null {
    const held = holder
      ? [holder.capacity !== 'definitif' && nameOf(`capacity.${holder.capacity}`), holder.position]
      : [[...new Set(roles.map(({ role }) => nameOf(`role.${role}`)))].join(', ')];
    const asWhat = held.filter(Boolean).join(' ');
    return userName && asWhat ? `${userName} (${asWhat})` : userName;
  }
}
