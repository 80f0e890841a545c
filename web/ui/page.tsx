/** The frame of one page: its title, where it lies, what can be done on it. */
import { useEffect, useRef } from 'react';
import type { ReactNode, RefObject } from 'react';
import { Group, Stack, Text, Title } from '@mantine/core';
import classes from './page.module.css';

// The first page keeps the focus where the browser puts it; every page after it is announced.
let arrived = false;

/** Names the browser's window after the page and announces it; for the heading of the page. */
export function usePageHeading(title: string): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Mapalus`;
  }, [title]);
  useEffect(() => {
    if (arrived) heading.current?.focus({ preventScroll: true });
    arrived = true;
  }, []);
  return heading;
}

export function Page({
  title,
  lead,
  back,
  actions,
  children,
}: {
  title: string;
  lead?: ReactNode;
  back?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const heading = usePageHeading(title);
  return (
    <Stack gap="lg">
      <header>
        {back}
        <Group justify="space-between" align="flex-start" gap="sm">
          <div className={classes.head}>
            <Title order={1} ref={heading} tabIndex={-1} className={classes.title}>
              {title}
            </Title>
            {lead && (
              <Text c="dimmed" mt={4} maw="44rem">
                {lead}
              </Text>
            )}
          </div>
          {actions}
        </Group>
      </header>
      {children}
    </Stack>
  );
}
