/** Where one is signed in, and signing one of these browsers out. */
import { Badge, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatInstant } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { Records } from '../../ui/records.tsx';
import { useRefresh, useSaved } from '../../ui/saved.ts';
import { useSentForm } from '../../ui/sent-form.ts';
import { ownZone } from '../../ui/zone.ts';
import { useBrowserName } from './browser-name.ts';

type OpenSession = ItemFrom<'get /sessions'>;

export function SessionsPage() {
  const { t } = useTranslation();
  const [ending, setEnding] = useState<OpenSession | null>(null);
  const nameOf = useBrowserName();
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => call('get /sessions', { signal }),
  });
  return (
    <Page
      title={t('sessions.title')}
      lead={t('sessions.lead')}
      actions={
        <Button variant="default" component={Link} to="/kata-sandi">
          {t('shell.changePassword')}
        </Button>
      }
    >
      <QueryBoundary query={sessions}>
        {({ items }) => (
          <Records
            caption={t('sessions.title')}
            rows={items}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'browser',
                header: t('sessions.browser'),
                cell: ({ browser, isThis }) => (
                  <Group gap="xs">
                    <Text fw={600}>{nameOf(browser)}</Text>
                    {isThis && <Badge variant="default">{t('sessions.this')}</Badge>}
                  </Group>
                ),
              },
              {
                key: 'began',
                header: t('sessions.began'),
                cell: ({ beganAt }) => formatInstant(Date.parse(beganAt), ownZone()),
              },
              {
                key: 'ends',
                header: t('sessions.ends'),
                cell: ({ endsAt }) => formatInstant(Date.parse(endsAt), ownZone()),
              },
              {
                key: 'actions',
                header: t('actions'),
                actions: true,
                cell: (session) =>
                  session.isThis ? null : (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={t('sessions.endOf', { browser: nameOf(session.browser) })}
                      onClick={() => setEnding(session)}
                    >
                      {t('sessions.end')}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </QueryBoundary>
      {ending && <EndDialog session={ending} onClose={() => setEnding(null)} />}
    </Page>
  );
}

function EndDialog({ session, onClose }: { session: OpenSession; onClose: () => void }) {
  const { t } = useTranslation();
  const nameOf = useBrowserName();
  const saved = useSaved(useRefresh('sessions'), onClose);
  const sent = useSentForm({
    initialValues: {},
    compose: () => ({}),
    send: ({ body, once }) =>
      call('post /sessions/{id}/endings', { params: { id: session.id }, body, once }),
    onDone: () => saved(t('sessions.ended')),
  });
  return (
    <FormDialog
      title={t('sessions.endOf', { browser: nameOf(session.browser) })}
      lead={t('sessions.endLead')}
      sent={sent}
      submitLabel={t('sessions.end')}
      onClose={onClose}
    >
      <Text size="sm">{formatInstant(Date.parse(session.beganAt), ownZone())}</Text>
    </FormDialog>
  );
}
