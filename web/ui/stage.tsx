/** Stages and what time does to them, by sign, word and colour together. */
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Stage } from '../../domain/agreement/agreement.ts';
import { capital, formatNumber } from '../../texts/format.ts';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';
import classes from './stage.module.css';
import { ToneBadge } from './tone-badge.tsx';
import type { Sign } from './tone-badge.tsx';

const SIGN: Record<Stage, Sign> = {
  proposal: ['document', 'grey'],
  drafting: ['pen', 'blue'],
  review: ['search', 'violet'],
  approval: ['check', 'amber'],
  signing: ['people', 'teal'],
  active: ['play', 'green'],
  ended: ['stop', 'grey'],
};

export function StageBadge({ stage }: { stage: Stage }) {
  const { t } = useTranslation('codes');
  return <ToneBadge sign={SIGN[stage]}>{capital(t(`stage.${stage}`))}</ToneBadge>;
}

/** How near an end is. People plan in these steps: this month, next month, the quarter. */
export type Urgency = 'past' | 'critical' | 'soon' | 'near' | 'calm';

export function urgencyOf(daysLeft: number): Urgency {
  if (daysLeft < 0) return 'past';
  if (daysLeft < 30) return 'critical';
  if (daysLeft < 60) return 'soon';
  if (daysLeft < 90) return 'near';
  return 'calm';
}

const URGENCY_SIGN: Record<Urgency, IconName> = {
  past: 'stop',
  critical: 'fire',
  soon: 'warning',
  near: 'clock',
  calm: 'calendar',
};

/** Days until an end, as a sign and words in the colour of their urgency. */
export function DaysLeft({ days }: { days: number }) {
  const { t } = useTranslation();
  const urgency = urgencyOf(days);
  const n = formatNumber(Math.abs(days));
  const words =
    days < 0 ? t('days.past', { n }) : days === 0 ? t('days.today') : t('days.left', { n });
  return (
    <Group
      gap={5}
      wrap="nowrap"
      className={classes.urgency}
      data-urgency={urgency}
      component="span"
    >
      <Icon name={URGENCY_SIGN[urgency]} size={15} />
      <Text component="span" size="sm" fw={urgency === 'calm' ? 400 : 600} inherit>
        {words}
      </Text>
    </Group>
  );
}
