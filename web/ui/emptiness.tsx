/** A place where something could be, with what to do about it. */
import { Stack, Text, ThemeIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';

export function Emptiness({
  icon,
  title,
  detail,
  children,
}: {
  icon: IconName;
  title: string;
  detail?: string;
  children?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      <ThemeIcon variant="light" size={52} radius="xl">
        <Icon name={icon} size={26} />
      </ThemeIcon>
      <Text fw={600} size="lg">
        {title}
      </Text>
      {detail && (
        <Text c="dimmed" maw="32rem">
          {detail}
        </Text>
      )}
      {children}
    </Stack>
  );
}
