/** A card with a heading: the pages are made of these. */
import { Group, Paper, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useId } from 'react';
import classes from './section.module.css';

export function Section({
  title,
  aside,
  children,
  accent = false,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  accent?: boolean;
}) {
  const id = useId();
  return (
    <Paper
      component="section"
      aria-labelledby={id}
      className={classes.section}
      data-accent={accent || undefined}
    >
      <Group justify="space-between" align="center" gap="xs" mb="sm">
        <Title order={2} id={id}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}
