/** Says that no mail can leave at present: why, and since when. */
import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { formatInstant } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import { Icon } from '../../ui/icons.tsx';
import { ownZone } from '../../ui/zone.ts';

export function MailTrouble() {
  const { t } = useTranslation();
  const { data: trouble } = useQuery({
    queryKey: ['outbox', 'trouble'],
    queryFn: ({ signal }) => call('get /mail-trouble', { signal }),
  });
  return (
    <div role="status">
      {trouble && (
        <Alert
          color="red"
          variant="light"
          icon={<Icon name="warning" />}
          title={t('outbox.trouble.title', {
            when: formatInstant(Date.parse(trouble.since), ownZone()),
          })}
        >
          <Text size="sm">{trouble.sentence}</Text>
          <Text size="sm">{t('outbox.trouble.next')}</Text>
        </Alert>
      )}
    </div>
  );
}
