/** What was asked for, once it is there; until then a quiet sign, and otherwise the reason. */
import { Button, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isNotFound } from '../connection/failure.ts';
import { EmptyPage } from './empty-state.tsx';
import { ProblemNotice } from './problem-notice.tsx';

export function QueryBoundary<Data>({
  query,
  lines = 4,
  children,
}: {
  query: UseQueryResult<Data>;
  /** About how many lines will be there, so that the page does not jump. */
  lines?: number;
  children: (data: Data) => ReactNode;
}) {
  const { t } = useTranslation();
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) {
    return (
      <Stack gap="sm" role="status">
        <VisuallyHidden>{t('loading')}</VisuallyHidden>
        {Array.from({ length: lines }, (_, line) => (
          <Skeleton key={line} height={44} radius="sm" />
        ))}
      </Stack>
    );
  }
  if (isNotFound(query.error)) {
    return <EmptyPage icon="search" title={t('notFound.title')} detail={t('notFound.detail')} />;
  }
  return <NotLoaded query={query} />;
}

/** Why something could not be read, and the button that tries again. */
export function NotLoaded({ query }: { query: Pick<UseQueryResult, 'error' | 'refetch'> }) {
  const { t } = useTranslation();
  return (
    <ProblemNotice error={query.error}>
      <Button size="xs" variant="default" mt="sm" onClick={() => void query.refetch()}>
        {t('tryAgain')}
      </Button>
    </ProblemNotice>
  );
}
