/** An address behind which there is nothing. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyPage } from '../ui/empty-state.tsx';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <EmptyPage icon="search" title={t('notFound.title')} detail={t('notFound.detail')}>
      <Button component={Link} to="/" variant="light" mt="sm">
        {t('notFound.home')}
      </Button>
    </EmptyPage>
  );
}
