/** A page that broke: what people can do, and the way back. */
import { Button, Group } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CallFailed } from '../connection/failure.ts';
import { EmptyPage } from '../ui/empty-state.tsx';
import { useProblemWords } from '../ui/problem-notice.tsx';

export function ErrorPage({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  const wordsOf = useProblemWords();
  const words =
    error instanceof CallFailed
      ? wordsOf(error)
      : { title: t('broken.title'), detail: t('broken.detail') };
  return (
    <EmptyPage icon="warning" title={words.title} detail={words.detail}>
      <Group mt="sm">
        <Button variant="light" onClick={() => window.location.reload()}>
          {t('broken.reload')}
        </Button>
      </Group>
    </EmptyPage>
  );
}
