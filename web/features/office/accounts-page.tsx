/** Accounts and roles: who may do what in which office, and one-time passwords. */
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazyRouteComponent, useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { capital, formatDay } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import { useSession } from '../../connection/session.ts';
import { EmptyState, NothingFound } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icons.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { Page } from '../../ui/page.tsx';
import { cursorIn, Pager } from '../../ui/pager.tsx';
import { Records } from '../../ui/records.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { stated } from '../../ui/search.ts';
import type { Open, User } from './account-dialogs.tsx';
import classes from './accounts-page.module.css';

const AccountDialog = lazyRouteComponent(() => import('./account-dialogs.tsx'), 'AccountDialog');

export function AccountsPage() {
  const { t } = useTranslation();
  const { cari = '', setelah } = useSearch({ from: '/known/shell/pengaturan/akun' });
  const navigate = useNavigate({ from: '/pengaturan/akun' });
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const cursor = cursorIn(setelah);
  const query = {
    limit: 50,
    ...(cari !== '' && { q: cari }),
    ...(cursor !== undefined && { cursor }),
  };
  const page = useQuery({
    queryKey: ['users', query],
    queryFn: ({ signal }) => call('get /users', { query, signal }),
    placeholderData: keepPreviousData,
  });
  const change = (part: { cari?: string | undefined; setelah?: string | undefined }) =>
    void navigate({
      search: (present) => stated({ ...present, setelah: undefined, ...part }),
      replace: true,
    });

  return (
    <Page
      title={t('administration.accounts')}
      lead={t('accounts.lead')}
      actions={
        <Button leftSection={<Icon name="plus" />} onClick={() => setOpen({ kind: 'create' })}>
          {t('accounts.create')}
        </Button>
      }
    >
      <SearchField label={t('accounts.search')} text={cari} onSearch={(q) => change({ cari: q })} />
      <QueryBoundary query={page}>
        {({ items, nextCursor }) =>
          items.length === 0 && cari ? (
            <NothingFound searched={cari} onClear={() => change({ cari: undefined })} />
          ) : items.length === 0 ? (
            <EmptyState
              icon="person"
              title={t('accounts.empty.title')}
              detail={t('accounts.empty.detail')}
            />
          ) : (
            <Stack gap="sm">
              <UserRecords items={items} onOpen={setOpen} />
              <Pager
                trail={setelah}
                nextCursor={nextCursor}
                onTurn={(trail) => change({ setelah: trail })}
              />
            </Stack>
          )
        }
      </QueryBoundary>
      <Suspense>{open && <AccountDialog open={open} onOpen={setOpen} onClose={close} />}</Suspense>
    </Page>
  );
}

function UserRecords({ items, onOpen }: { items: readonly User[]; onOpen: (open: Open) => void }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { user: me, installation } = useSession();
  return (
    <Records
      caption={t('administration.accounts')}
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        {
          key: 'person',
          header: t('accounts.person'),
          cell: ({ name, email, isOpen }) => (
            <>
              <Text fw={600}>{name}</Text>
              <Text size="sm" c="dimmed" className={classes.email}>
                {email ?? t('accounts.keptElsewhere')}
              </Text>
              {!isOpen && <Badge variant="default">{t('accounts.closed')}</Badge>}
            </>
          ),
        },
        {
          key: 'roles',
          header: t('accounts.roles'),
          cell: (user) => (
            <ul className={classes.roles}>
              {user.memberships.map((membership) => (
                <li key={membership.id}>
                  <span>
                    {capital(nameOf(`role.${membership.role}`))} · {membership.office.name}
                    {membership.office.institution !== membership.office.name && (
                      <Text span size="sm" c="dimmed">
                        {' '}
                        ({membership.office.institution})
                      </Text>
                    )}
                    {membership.from > installation.today && (
                      <Text span size="sm" c="dimmed">
                        {' '}
                        {t('accounts.begins', { day: formatDay(membership.from) })}
                      </Text>
                    )}
                    {membership.until !== null && (
                      <Text span size="sm" c="dimmed">
                        {' '}
                        {t('accounts.until', { day: formatDay(membership.until) })}
                      </Text>
                    )}
                  </span>
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    aria-label={t('accounts.endRoleOf', {
                      role: nameOf(`role.${membership.role}`),
                      person: user.name,
                    })}
                    onClick={() => onOpen({ kind: 'end', user, membership })}
                  >
                    {t('accounts.endRole')}
                  </Button>
                </li>
              ))}
            </ul>
          ),
        },
        {
          key: 'actions',
          header: t('actions'),
          actions: true,
          // Those of other homes are kept there.
          cell: (user) =>
            user.email !== null && (
              <Group gap="xs" justify="flex-end" className={classes.actions}>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={t('accounts.giveRoleTo', { person: user.name })}
                  onClick={() => onOpen({ kind: 'give', user })}
                >
                  {t('accounts.giveRole')}
                </Button>
                <Button
                  size="xs"
                  variant="subtle"
                  aria-label={t('accounts.correctEmailOf', { person: user.name })}
                  onClick={() => onOpen({ kind: 'correct-email', user })}
                >
                  {t('accounts.correctEmail')}
                </Button>
                {user.id !== me.id && (
                  <Button
                    size="xs"
                    variant="subtle"
                    aria-label={t('accounts.resetOf', { person: user.name })}
                    onClick={() => onOpen({ kind: 'reset', user })}
                  >
                    {t(user.isOpen ? 'accounts.reset' : 'accounts.reopen')}
                  </Button>
                )}
                {user.id !== me.id && user.isOpen && (
                  <Button
                    size="xs"
                    variant="subtle"
                    aria-label={t('accounts.closeOf', { person: user.name })}
                    onClick={() => onOpen({ kind: 'close', user })}
                  >
                    {t('accounts.close')}
                  </Button>
                )}
              </Group>
            ),
        },
      ]}
    />
  );
}
