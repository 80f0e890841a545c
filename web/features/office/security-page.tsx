/** The trail of accounts: who signed in, what was refused, who changed whose role. */
import { Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ROLES } from '../../../domain/office/roles.ts';
import type { Role } from '../../../domain/office/roles.ts';
import { formatInstant } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { cursorIn, Pager } from '../../ui/pager.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { Records } from '../../ui/records.tsx';
import { stated } from '../../ui/search.ts';
import { ownZone } from '../../ui/zone.ts';

type Event = ItemFrom<'get /security-events'>;

export function SecurityPage() {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { setelah } = useSearch({ from: '/known/shell/pengaturan/keamanan' });
  const navigate = useNavigate({ from: '/pengaturan/keamanan' });
  const codeOf = useCodeName();
  const cursor = cursorIn(setelah);
  const query = { limit: 50, ...(cursor !== undefined && { cursor }) };
  const page = useQuery({
    queryKey: ['security-events', query],
    queryFn: ({ signal }) => call('get /security-events', { query, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title={t('administration.security')} lead={t('security.lead')}>
      <QueryBoundary query={page}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <EmptyState
              icon="key"
              title={t('security.empty.title')}
              detail={t('security.empty.detail')}
            />
          ) : (
            <Stack gap="sm">
              <Records
                caption={t('administration.security')}
                rows={items}
                keyOf={({ id }) => id}
                columns={[
                  {
                    key: 'kind',
                    header: t('security.event'),
                    cell: (event) => (
                      <>
                        <Text fw={600}>{nameOf(`securityEvent.${event.kind}`)}</Text>
                        {event.code !== null && (
                          <Text size="sm" c="dimmed">
                            {codeOf(event.code)}
                          </Text>
                        )}
                      </>
                    ),
                  },
                  {
                    key: 'user',
                    header: t('security.user'),
                    cell: ({ user }) => nameIn(user) ?? t('security.nobody'),
                  },
                  {
                    key: 'by',
                    header: t('security.by'),
                    cell: ({ by, user }) =>
                      nameIn(by) ?? (user ? t('security.self') : t('security.stranger')),
                  },
                  {
                    key: 'at',
                    header: t('security.at'),
                    cell: ({ at }) => formatInstant(Date.parse(at), ownZone()),
                  },
                ]}
              />
              <Pager
                trail={setelah}
                nextCursor={nextCursor}
                onTurn={(trail) =>
                  void navigate({ search: () => stated({ setelah: trail }), replace: true })
                }
              />
            </Stack>
          )
        }
      </QueryBoundary>
    </Page>
  );
}

function nameIn(person: Event['user']): string | null {
  return person && (person.name ?? person.id);
}

// A code is a role, or the refusal that somebody heard.
const REASONS = [
  'SignInWrong',
  'CurrentPasswordWrong',
  'OneTimePasswordSpent',
  'AccountClosed',
] as const;

function useCodeName(): (code: string) => string {
  const { t: nameOf } = useTranslation('codes');
  return (code) => {
    const role = ROLES.find((each): each is Role => each === code);
    if (role) return nameOf(`role.${role}`);
    const reason = REASONS.find((each) => each === code);
    return reason ? nameOf(`signInRefusal.${reason}`) : code;
  };
}
