/** A mail that a server refused for good, and the way to try once more. */
import { Alert, Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../connection/call.ts';
import { freshKey } from '../../connection/fresh-key.ts';
import { allows, useSession } from '../../connection/session.ts';
import { Icon } from '../../ui/icons.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { useRefresh, useSaved } from '../../ui/saved.ts';

export function SendAgain({ id }: { id: string }) {
  const { t } = useTranslation();
  const session = useSession();
  const [once] = useState(freshKey);
  const saved = useSaved(useRefresh('outbox'), () => undefined);
  const sending = useMutation({
    mutationFn: () => call('post /outbox/{id}/attempts', { params: { id }, body: {}, once }),
    onSuccess: () => saved(t('outbox.again.done')),
  });
  if (!allows(session, 'mail.send-again')) return null;
  return (
    <Alert color="red" variant="light" icon={<Icon name="warning" />}>
      <Text size="sm">{t('outbox.again.hint')}</Text>
      {sending.isError && <ProblemNotice error={sending.error} />}
      <Button
        size="xs"
        variant="default"
        mt="sm"
        loading={sending.isPending}
        onClick={() => sending.mutate()}
      >
        {t('outbox.again.label')}
      </Button>
    </Alert>
  );
}
