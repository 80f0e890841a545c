/** The strip above every page of a training installation: which day it is there, and moving on. */
import { Button, Group, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazyRouteComponent } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../connection/call.ts';
import { allows, useSession } from '../../connection/session.ts';
import { formatDay, formatNumber, formatWeekday } from '../../../texts/format.ts';
import { Icon } from '../../ui/icons.tsx';
import classes from './training-banner.module.css';

const AdvanceDialog = lazyRouteComponent(() => import('./advance-dialog.tsx'), 'AdvanceDialog');

export function TrainingBanner() {
  const { t } = useTranslation();
  const session = useSession();
  const [isOpen, setOpen] = useState(false);
  const { data: clock } = useQuery({
    queryKey: ['clock'],
    queryFn: ({ signal }) => call('get /clock', { signal }),
    // Hints come with every due day; this is for the ones that got lost.
    refetchInterval: ({ state }) => (state.data?.advancing ? 2_000 : false),
  });
  const today = clock?.today ?? session.installation.today;
  const advancing = clock?.advancing ?? null;

  return (
    <aside className={classes.banner} aria-label={t('clock.banner')}>
      <Group justify="space-between" gap="xs" wrap="nowrap" className={classes.inner}>
        <Group gap="xs" className={classes.words}>
          <Icon name="clock" />
          <Text size="sm">
            <b>{t('clock.banner')}.</b> {t('clock.today', { day: formatWeekday(today) })}
            <span className={classes.about}> · {t('clock.about')}</span>
          </Text>
        </Group>
        {allows(session, 'clock.advance') && !advancing && (
          <Button size="xs" variant="default" flex="none" onClick={() => setOpen(true)}>
            {t('clock.move')}
          </Button>
        )}
      </Group>
      {advancing && (
        <div className={classes.inner} role="status">
          <Text size="sm" mb={4}>
            {advancing.total > 0
              ? t('clock.advancing', {
                  day: formatDay(advancing.to),
                  done: formatNumber(advancing.done),
                  total: formatNumber(advancing.total),
                })
              : t('clock.advancingUncounted', { day: formatDay(advancing.to) })}
          </Text>
          <Progress
            value={advancing.total > 0 ? (100 * advancing.done) / advancing.total : 100}
            animated
            aria-label={t('clock.move')}
          />
        </div>
      )}
      <Suspense>
        {isOpen && <AdvanceDialog today={today} onClose={() => setOpen(false)} />}
      </Suspense>
    </aside>
  );
}
