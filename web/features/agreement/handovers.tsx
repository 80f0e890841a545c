/** A change of office holders: what is to be handed over. It ends no agreement. */
import { Alert, Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import { freshKey } from '../../connection/fresh-key.ts';
import { Icon } from '../../ui/icons.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import type { Agreement } from './reading.ts';

type Handover = Agreement['handovers'][number];

export function Handovers({ agreement: { id, handovers } }: { agreement: Agreement }) {
  const open = handovers.filter(({ doneOn }) => doneOn === null);
  return open.map((handover) => (
    <OpenHandover key={handover.id} agreementId={id} handover={handover} />
  ));
}

function OpenHandover({ agreementId, handover }: { agreementId: string; handover: Handover }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [once] = useState(freshKey);
  const completing = useMutation({
    mutationFn: () =>
      call('post /handovers/{id}/completions', { params: { id: handover.id }, body: {}, once }),
    onSuccess: async () => {
      notifications.show({ message: t('agreement.handover.completed'), color: 'green' });
      await client.invalidateQueries({ queryKey: ['agreement', agreementId] });
    },
  });
  return (
    <Alert
      color="blue"
      variant="light"
      icon={<Icon name="people" />}
      title={t('agreement.handover.title', { office: handover.office })}
    >
      <Text size="sm">
        {t('agreement.handover.detail', {
          incoming: handover.incoming,
          outgoing: handover.outgoing,
          day: formatDay(handover.openedOn),
        })}
      </Text>
      {completing.isError && <ProblemNotice error={completing.error} />}
      {handover.mayComplete && (
        <Button
          size="xs"
          variant="default"
          mt="sm"
          loading={completing.isPending}
          onClick={() => completing.mutate()}
        >
          {t('agreement.handover.complete')}
        </Button>
      )}
    </Alert>
  );
}
