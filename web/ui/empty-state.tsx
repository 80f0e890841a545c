/** A place where something could be, with what to do about it. */
import { Button, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';
import type { IconName } from './icons.tsx';
import { usePageHeading } from './page.tsx';
import classes from './page.module.css';

type EmptinessProps = { icon: IconName; title: string; detail?: string; children?: ReactNode };

export function EmptyState(props: EmptinessProps) {
  return (
    <Place
      {...props}
      words={
        <Text fw={600} size="lg">
          {props.title}
        </Text>
      }
    />
  );
}

/** The same where there is nothing else: then it is the page, with its heading and its name. */
export function EmptyPage(props: EmptinessProps) {
  const heading = usePageHeading(props.title);
  return (
    <Place
      {...props}
      words={
        <Title order={1} size="h2" ref={heading} tabIndex={-1} className={classes.title}>
          {props.title}
        </Title>
      }
    />
  );
}

/** What was searched for is not there, which says nothing about what there is. */
export function NothingFound({ searched, onClear }: { searched?: string; onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon="search"
      title={searched ? t('nothingFound.titleOf', { searched }) : t('nothingFound.title')}
      detail={t('nothingFound.detail')}
    >
      <Button variant="light" mt="sm" onClick={onClear}>
        {t('nothingFound.clear')}
      </Button>
    </EmptyState>
  );
}

/** What all of them look like: a sign, the words that name it, and what to do. */
function Place({
  words,
  icon,
  detail,
  children,
}: Omit<EmptinessProps, 'title'> & { words: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      <ThemeIcon variant="light" size={52} radius="xl">
        <Icon name={icon} size={26} />
      </ThemeIcon>
      {words}
      {detail && (
        <Text c="dimmed" maw="32rem">
          {detail}
        </Text>
      )}
      {children}
    </Stack>
  );
}
