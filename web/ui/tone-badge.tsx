/** A word for where something stands, with a sign and a tone: never by colour alone. */
import { Badge } from '@mantine/core';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';
import classes from './tone-badge.module.css';

export type Tone = 'grey' | 'blue' | 'violet' | 'amber' | 'teal' | 'green' | 'red';

/** What a badge shows beside its word. */
export type Sign = readonly [icon: IconName, tone: Tone];

export function ToneBadge({ sign: [icon, tone], children }: { sign: Sign; children: string }) {
  return (
    <Badge
      className={classes.badge}
      data-tone={tone}
      variant="light"
      leftSection={<Icon name={icon} size={13} />}
    >
      {children}
    </Badge>
  );
}
