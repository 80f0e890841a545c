/** The reminder rules: what is in force, putting new ones in force, and how far that has come. */
import { Button, NumberInput, Progress, TagsInput, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatInstant, formatNumber } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Icon } from '../../ui/icons.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { Page } from '../../ui/page.tsx';
import { Records } from '../../ui/records.tsx';
import { useSentForm } from '../../ui/sent-form.ts';
import { ownZone } from '../../ui/zone.ts';

type Rules = ItemFrom<'get /reminder-policies'>;

/** The most days before an end that the API takes. */
const FARTHEST = 3650;

export function RemindersPage() {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const query = useQuery({
    queryKey: ['policies'],
    queryFn: ({ signal }) => call('get /reminder-policies', { signal }),
  });
  return (
    <Page
      title={t('administration.reminders')}
      lead={t('reminders.lead')}
      actions={
        query.data && (
          <Button leftSection={<Icon name="plus" />} onClick={() => setOpen(true)}>
            {t('reminders.publish')}
          </Button>
        )
      }
    >
      <QueryBoundary query={query}>
        {({ items }) => (
          <>
            <Records
              caption={t('administration.reminders')}
              rows={items}
              keyOf={({ version }) => String(version)}
              isMarked={({ version }) => version === items[0]?.version}
              columns={[
                {
                  key: 'version',
                  header: t('reminders.version'),
                  cell: ({ version }) => (
                    <Text fw={600}>
                      {t(
                        version === items[0]?.version
                          ? 'reminders.inForce'
                          : 'reminders.versionNumber',
                        { n: version },
                      )}
                    </Text>
                  ),
                },
                {
                  key: 'days',
                  header: t('reminders.days'),
                  cell: ({ daysBefore }) =>
                    t('reminders.daysBefore', { days: daysBefore.map(formatNumber).join(', ') }),
                },
                {
                  key: 'hour',
                  header: t('reminders.hour'),
                  cell: ({ mailHour }) => t('reminders.at', { hour: hourText(mailHour) }),
                },
                {
                  key: 'published',
                  header: t('reminders.published'),
                  cell: (rules) => <Published rules={rules} />,
                },
              ]}
            />
            {isOpen && items[0] && (
              <PublishDialog newest={items[0]} onClose={() => setOpen(false)} />
            )}
          </>
        )}
      </QueryBoundary>
    </Page>
  );
}

function Published({ rules: { publishedAt, replanned, toReplan } }: { rules: Rules }) {
  const { t } = useTranslation();
  return (
    <>
      <Text size="sm">{formatInstant(Date.parse(publishedAt), ownZone())}</Text>
      {toReplan > 0 && (
        <>
          <Text size="sm" c="dimmed" role="status">
            {t('reminders.replanned', {
              done: formatNumber(replanned),
              total: formatNumber(toReplan),
            })}
          </Text>
          {replanned < toReplan && (
            <Progress
              value={(100 * replanned) / toReplan}
              aria-label={t('reminders.replanning')}
              mt={4}
            />
          )}
        </>
      )}
    </>
  );
}

function PublishDialog({ newest, onClose }: { newest: Rules; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const isDays = (text: string) => /^\d{1,4}$/.test(text) && Number(text) <= FARTHEST;
  // A number field that was emptied holds ''.
  const draft: { daysBefore: string[]; mailHour: number | '' } = {
    daysBefore: newest.daysBefore.map(String),
    mailHour: newest.mailHour,
  };
  const sent = useSentForm({
    initialValues: draft,
    gaps: ({ daysBefore, mailHour }) => ({
      ...(mailHour === '' && { mailHour: t('field.required') }),
      ...(daysBefore.length === 0 && { daysBefore: t('field.required') }),
      ...(!daysBefore.every(isDays) && {
        daysBefore: t('reminders.daysWrong', { most: formatNumber(FARTHEST) }),
      }),
    }),
    compose: ({ daysBefore, mailHour }) => ({
      daysBefore: daysBefore.map(Number),
      mailHour: Number(mailHour),
    }),
    send: ({ body, once }) => call('post /reminder-policies', { body, once }),
    onDone: () => {
      void client.invalidateQueries({ queryKey: ['policies'] });
      notifications.show({ message: t('reminders.done'), color: 'green' });
      onClose();
    },
  });
  const { form } = sent;
  return (
    <FormDialog
      title={t('reminders.publish')}
      lead={t('reminders.publishLead')}
      sent={sent}
      submitLabel={t('reminders.submit')}
      onClose={onClose}
    >
      <TagsInput
        label={t('reminders.days')}
        description={t('reminders.daysHint')}
        withAsterisk
        inputMode="numeric"
        acceptValueOnBlur
        splitChars={[',', ' ', ';']}
        data-field="daysBefore"
        {...form.getInputProps('daysBefore')}
      />
      <NumberInput
        label={t('reminders.hour')}
        description={t('reminders.hourHint')}
        withAsterisk
        min={0}
        max={23}
        clampBehavior="strict"
        data-field="mailHour"
        {...form.getInputProps('mailHour')}
      />
    </FormDialog>
  );
}

function hourText(hour: number): string {
  return `${String(hour).padStart(2, '0')}.00`;
}
