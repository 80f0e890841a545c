/** What became of a mail, by sign and word. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { capital } from '../../../texts/format.ts';
import type { codes } from '../../../texts/pages.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { Icon } from '../../ui/icons.tsx';
import { ToneBadge } from '../../ui/tone-badge.tsx';
import type { Sign } from '../../ui/tone-badge.tsx';
import classes from './mail-state.module.css';

type Mail = ItemFrom<'get /outbox'>;
type State = Mail['state'];
type Template = keyof typeof codes.mailTemplate;

export const STATES: readonly State[] = [
  'queued',
  'sending',
  'sent',
  'unknown',
  'failed',
  'not-sent',
];
export const TEMPLATES: readonly Template[] = [
  'your-turn',
  'reminder',
  'expired',
  'returned',
  'numbered',
  'dates-changed',
  'withdrawn',
  'terminated',
  'underlying-changed',
  'audit-anchor',
];

const SIGN: Record<State, Sign> = {
  queued: ['clock', 'blue'],
  sending: ['refresh', 'blue'],
  sent: ['check', 'green'],
  unknown: ['info', 'amber'],
  failed: ['warning', 'red'],
  'not-sent': ['cross', 'grey'],
};

export function MailState({ state }: { state: State }) {
  const { t } = useTranslation('codes');
  return <ToneBadge sign={SIGN[state]}>{capital(t(`mailState.${state}`))}</ToneBadge>;
}

/** Who is sent a mail; before it is known who would be, the offices that it is meant for. */
export function Readers({
  mail: { readers, offices },
}: {
  mail: Pick<Mail, 'readers' | 'offices'>;
}) {
  if (readers.length === 0) return <Text size="sm">{offices.join(', ')}</Text>;
  return readers.map(({ name, to }) => (
    <div key={to}>
      <Text size="sm">{name}</Text>
      <Text size="sm" c="dimmed" className={classes.address}>
        {to}
      </Text>
    </div>
  ));
}

/** Says that the same mail may have arrived twice. */
export function DoubledNote() {
  const { t } = useTranslation();
  return (
    <Text size="sm" className={classes.doubled}>
      <Icon name="copy" size={14} />
      {t('outbox.doubled')}
    </Text>
  );
}

/** The name of a kind of mail; one of a newer release is named by its code. */
export function useTemplateName(): (template: string) => string {
  const { t } = useTranslation('codes');
  return (template) => {
    const known = TEMPLATES.find((each) => each === template);
    return known ? capital(t(`mailTemplate.${known}`)) : template;
  };
}
