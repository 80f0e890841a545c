/** What happens after a change has been taken: what shows it is read afresh, and people are told. */
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

/** Has everything that was read under these keys read again. */
export function useRefresh(...keys: string[]): () => void {
  const client = useQueryClient();
  return () => {
    for (const key of keys) void client.invalidateQueries({ queryKey: [key] });
  };
}

/** Refreshes, says that it is saved (or something better), and closes the dialog. */
export function useSaved(refresh: () => void, onClose: () => void): (message?: string) => void {
  const { t } = useTranslation();
  return (message = t('saved')) => {
    refresh();
    notifications.show({ message, color: 'green' });
    onClose();
  };
}
