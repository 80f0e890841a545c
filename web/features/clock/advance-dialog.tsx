/** Choosing the day to which a training installation's clock shall run. */
import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../../connection/call.ts';
import { addDays } from '../../../domain/shared/day.ts';
import type { Day } from '../../../domain/shared/day.ts';
import { formatDay } from '../../../texts/format.ts';
import { DayInput } from '../../ui/day-input.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useSentForm } from '../../ui/sent-form.ts';

const LEAPS = [1, 7, 30] as const;

export function AdvanceDialog({ today, onClose }: { today: Day; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const sent = useSentForm({
    initialValues: { to: addDays(today, 1) },
    gaps: ({ to }) => (to > today ? {} : { to: t('clock.notLater', { day: formatDay(today) }) }),
    compose: ({ to }) => ({ to }),
    send: ({ body }) => call('post /clock/advance', { body }),
    onDone: (clock) => {
      client.setQueryData(['clock'], clock);
      onClose();
    },
  });
  const { form } = sent;
  const { to } = form.values;
  return (
    <FormDialog
      title={t('clock.title')}
      lead={t('clock.lead')}
      sent={sent}
      submitLabel={to === '' ? t('clock.submitPlain') : t('clock.submit', { day: formatDay(to) })}
      onClose={onClose}
    >
      <DayInput
        label={t('clock.to')}
        minDate={addDays(today, 1)}
        data-autofocus
        {...form.getInputProps('to')}
      />
      <Group gap="xs">
        {LEAPS.map((days) => (
          <Button
            key={days}
            variant="default"
            size="xs"
            onClick={() => form.setFieldValue('to', addDays(to > today ? to : today, days))}
          >
            {t('clock.step', { n: days })}
          </Button>
        ))}
      </Group>
    </FormDialog>
  );
}
