/** A page that broke or did not come: what people can do, and the way back. */
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
      : isMissingPart(error)
        ? { title: t('broken.missing.title'), detail: t('broken.missing.detail') }
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

// A release takes the parts of the one before it away; so does a lost connection.
function isMissingPart(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|Importing a module script|preload CSS/.test(error.message)
  );
}
