/** The dated milestones on a line: done, missed, not sent, and planned by the rules in force. */
import { Skeleton, Text, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { formatDay, formatNumber, formatShortDay } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { AnswerFrom } from '../../connection/call.ts';
import { Icon } from '../../ui/icons.tsx';
import type { IconName } from '../../ui/icons.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Section } from '../../ui/section.tsx';
import classes from './milestones.module.css';
import type { Agreement } from './reading.ts';

type Milestone = AnswerFrom<'get /agreements/{id}/milestones'>['items'][number];

const SIGN: Record<Milestone['state'], IconName> = {
  done: 'check',
  missed: 'warning',
  'not-sent': 'cross',
  planned: 'clock',
};

export function Milestones({ agreement: { id, today } }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const { data, error } = useQuery({
    queryKey: ['agreement', id, 'milestones'],
    queryFn: ({ signal }) => call('get /agreements/{id}/milestones', { params: { id }, signal }),
  });
  return (
    <Section title={t('agreement.milestones.title')}>
      {error ? (
        <ProblemNotice error={error} />
      ) : !data ? (
        <Skeleton height={72} />
      ) : data.items.length === 0 ? (
        <Text c="dimmed">{t('agreement.milestones.none')}</Text>
      ) : (
        <Line items={data.items} today={today} />
      )}
    </Section>
  );
}

function Line({ items, today }: { items: readonly Milestone[]; today: string }) {
  const { t } = useTranslation();
  const nameOf = useMilestoneName();
  const firstAhead = items.findIndex(({ state }) => state === 'planned');
  return (
    <ol className={classes.line}>
      {items.map((milestone, at) => (
        <li key={at} data-state={milestone.state}>
          {at === firstAhead && at > 0 && (
            <span className={classes.today}>
              {t('agreement.milestones.today')} · {formatShortDay(today)}
            </span>
          )}
          <span className={classes.dot}>
            <Icon name={SIGN[milestone.state]} size={13} />
          </span>
          <span className={classes.words}>
            <span className={classes.name}>{nameOf(milestone)}</span>
            <time dateTime={milestone.day} title={formatDay(milestone.day)}>
              {formatShortDay(milestone.day)}
            </time>
            {milestone.state === 'missed' || milestone.state === 'not-sent' ? (
              <span className={classes.notable}>
                {t(`agreement.milestones.${milestone.state}`)}
              </span>
            ) : (
              <VisuallyHidden>{t(`agreement.milestones.${milestone.state}`)}</VisuallyHidden>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

function useMilestoneName(): (milestone: Milestone) => string {
  const { t } = useTranslation();
  return ({ kind, daysBeforeEnd }) => {
    if (kind !== 'reminder') return t(`agreement.milestones.${kind}`);
    return daysBeforeEnd === 0
      ? t('agreement.milestones.reminderLast')
      : t('agreement.milestones.reminder', { n: formatNumber(daysBeforeEnd) });
  };
}
