/** Accounts and roles: who may do what in which office, and one-time passwords. */
import {
  Alert,
  Button,
  Group,
  Modal,
  NativeSelect,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ROLES } from '../../../domain/office.ts';
import type { Role } from '../../../domain/office.ts';
import { capital, formatDay } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { useSession } from '../../connection/session.ts';
import { ChoiceInput } from '../../ui/choice.tsx';
import type { Choice } from '../../ui/choice.tsx';
import { DayInput } from '../../ui/day-input.tsx';
import { Emptiness } from '../../ui/emptiness.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { offices } from '../../ui/lookups.ts';
import { OneTimePassword } from '../../ui/one-time-password.tsx';
import { Page } from '../../ui/page.tsx';
import { cursorIn, Pager } from '../../ui/pager.tsx';
import { Records } from '../../ui/records.tsx';
import { stated } from '../../ui/search.ts';
import { useSentForm } from '../../ui/sent-form.ts';
import classes from './accounts-page.module.css';

type User = ItemFrom<'get /users'>;
type Membership = User['memberships'][number];
type Open =
  | { kind: 'create' }
  | { kind: 'give'; user: User }
  | { kind: 'end'; user: User; membership: Membership }
  | { kind: 'reset'; user: User }
  | { kind: 'password'; name: string; email: string; password: string };

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
  const search = useDebouncedCallback((q: string) => change({ cari: q.trim() || undefined }), 300);

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
      <TextInput
        type="search"
        aria-label={t('accounts.search')}
        placeholder={t('accounts.search')}
        leftSection={<Icon name="search" />}
        defaultValue={cari}
        onChange={({ currentTarget }) => search(currentTarget.value)}
        maw="28rem"
      />
      <Loaded query={page}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <Emptiness
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
      </Loaded>
      {open?.kind === 'create' && <CreateDialog onClose={close} onCreated={setOpen} />}
      {open?.kind === 'give' && <GiveDialog user={open.user} onClose={close} />}
      {open?.kind === 'end' && (
        <EndDialog user={open.user} membership={open.membership} onClose={close} />
      )}
      {open?.kind === 'reset' && <ResetDialog user={open.user} onClose={close} onReset={setOpen} />}
      {open?.kind === 'password' && <PasswordDialog {...open} onClose={close} />}
    </Page>
  );
}

function UserRecords({ items, onOpen }: { items: readonly User[]; onOpen: (open: Open) => void }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { user: me } = useSession();
  return (
    <Records
      caption={t('administration.accounts')}
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        {
          key: 'person',
          header: t('accounts.person'),
          cell: ({ name, email }) => (
            <>
              <Text fw={600}>{name}</Text>
              <Text size="sm" c="dimmed" className={classes.email}>
                {email}
              </Text>
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
                    {membership.until !== null && (
                      <Text span size="sm" c="dimmed">
                        {' '}
                        {t('accounts.until', { day: formatDay(membership.until) })}
                      </Text>
                    )}
                  </span>
                  {membership.until === null && (
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
                  )}
                </li>
              ))}
            </ul>
          ),
        },
        {
          key: 'actions',
          header: t('actions'),
          actions: true,
          cell: (user) => (
            <Group gap="xs" justify="flex-end" className={classes.actions}>
              <Button
                size="xs"
                variant="default"
                aria-label={t('accounts.giveRoleTo', { person: user.name })}
                onClick={() => onOpen({ kind: 'give', user })}
              >
                {t('accounts.giveRole')}
              </Button>
              {user.id !== me.id && (
                <Button
                  size="xs"
                  variant="subtle"
                  aria-label={t('accounts.resetOf', { person: user.name })}
                  onClick={() => onOpen({ kind: 'reset', user })}
                >
                  {t('accounts.reset')}
                </Button>
              )}
            </Group>
          ),
        },
      ]}
    />
  );
}

/** A place that is still to be chosen. */
const nowhere: { office: Choice | null; role: Role } = { office: null, role: 'proposer' };

function CreateDialog({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (open: Open) => void;
}) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const sent = useSentForm({
    initialValues: { name: '', email: '', ...nowhere },
    gaps: ({ name, email, office }) => ({
      ...(name.trim() === '' && { name: t('field.required') }),
      ...(!/^\S+@\S+$/.test(email.trim()) && { email: t('signIn.emailWrong') }),
      ...(!office && { office: t('field.required') }),
    }),
    compose: ({ name, email, office, role }) => ({
      name,
      email: email.trim(),
      memberships: [{ office: office?.id ?? '', role }],
    }),
    send: ({ body }) => call('post /users', { body }),
    onDone: ({ name, email, oneTimePassword }) => {
      refresh();
      onCreated({ kind: 'password', name, email, password: oneTimePassword });
    },
  });
  const { form } = sent;
  return (
    <FormDialog
      title={t('accounts.create')}
      lead={t('accounts.createLead')}
      sent={sent}
      submitLabel={t('accounts.create')}
      onClose={onClose}
    >
      <TextInput
        label={t('accounts.name')}
        withAsterisk
        maxLength={200}
        data-autofocus
        data-field="name"
        {...form.getInputProps('name')}
      />
      <TextInput
        label={t('signIn.email')}
        type="email"
        withAsterisk
        maxLength={200}
        data-field="email"
        {...form.getInputProps('email')}
      />
      <RoleFields
        office={form.values.office}
        onOffice={(office) => form.setFieldValue('office', office)}
        role={form.values.role}
        onRole={(role) => form.setFieldValue('role', role)}
        errors={form.errors}
      />
    </FormDialog>
  );
}

function GiveDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const { today } = useSession().installation;
  const sent = useSentForm({
    initialValues: { ...nowhere, from: today },
    gaps: ({ office, from }) => ({
      ...(!office && { office: t('field.required') }),
      ...(from === '' && { from: t('field.required') }),
    }),
    compose: ({ office, role, from }) => ({ office: office?.id ?? '', role, from }),
    send: ({ body, once }) =>
      call('post /users/{id}/memberships', { params: { id: user.id }, body, once }),
    onDone: () => {
      refresh();
      notifications.show({ message: t('saved'), color: 'green' });
      onClose();
    },
  });
  const { form } = sent;
  return (
    <FormDialog
      title={t('accounts.giveRoleTo', { person: user.name })}
      sent={sent}
      submitLabel={t('accounts.giveRole')}
      onClose={onClose}
    >
      <RoleFields
        office={form.values.office}
        onOffice={(office) => form.setFieldValue('office', office)}
        role={form.values.role}
        onRole={(role) => form.setFieldValue('role', role)}
        errors={form.errors}
      />
      <DayInput
        label={t('accounts.from')}
        withAsterisk
        data-field="from"
        {...form.getInputProps('from')}
      />
    </FormDialog>
  );
}

function RoleFields({
  office,
  onOffice,
  role,
  onRole,
  errors,
}: {
  office: Choice | null;
  onOffice: (office: Choice | null) => void;
  role: Role;
  onRole: (role: Role) => void;
  errors: Record<string, React.ReactNode>;
}) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <ChoiceInput
        label={t('accounts.office')}
        required
        value={office}
        onChange={(choice) => onOffice(choice && { id: choice.id, name: choice.name })}
        lookup={offices({ actingFor: 'user.write' })}
        error={errors['office']}
        field="office"
      />
      <NativeSelect
        label={t('accounts.role')}
        value={role}
        onChange={({ currentTarget }) => onRole(currentTarget.value as Role)}
        data={ROLES.map((each) => ({ value: each, label: capital(nameOf(`role.${each}`)) }))}
        error={errors['role']}
        data-field="role"
      />
    </SimpleGrid>
  );
}

function EndDialog({
  user,
  membership,
  onClose,
}: {
  user: User;
  membership: Membership;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const refresh = useRefresh();
  const { today } = useSession().installation;
  const sent = useSentForm({
    initialValues: { until: today },
    gaps: ({ until }) => (until === '' ? { until: t('field.required') } : {}),
    compose: ({ until }) => ({ until }),
    send: ({ body, once }) =>
      call('post /memberships/{id}/endings', { params: { id: membership.id }, body, once }),
    onDone: () => {
      refresh();
      notifications.show({ message: t('saved'), color: 'green' });
      onClose();
    },
  });
  return (
    <FormDialog
      title={t('accounts.endRoleOf', {
        role: nameOf(`role.${membership.role}`),
        person: user.name,
      })}
      lead={membership.office.name}
      sent={sent}
      submitLabel={t('accounts.endRole')}
      onClose={onClose}
    >
      <DayInput
        label={t('accounts.lastDay')}
        withAsterisk
        data-field="until"
        {...sent.form.getInputProps('until')}
      />
    </FormDialog>
  );
}

function ResetDialog({
  user,
  onClose,
  onReset,
}: {
  user: User;
  onClose: () => void;
  onReset: (open: Open) => void;
}) {
  const { t } = useTranslation();
  const sent = useSentForm({
    initialValues: {},
    compose: () => ({}),
    send: ({ body }) => call('post /users/{id}/password-resets', { params: { id: user.id }, body }),
    onDone: ({ oneTimePassword }) =>
      onReset({
        kind: 'password',
        name: user.name,
        email: user.email,
        password: oneTimePassword,
      }),
  });
  return (
    <FormDialog
      title={t('accounts.resetOf', { person: user.name })}
      lead={t('accounts.resetLead')}
      sent={sent}
      submitLabel={t('accounts.reset')}
      onClose={onClose}
    >
      <Text size="sm">{user.email}</Text>
    </FormDialog>
  );
}

function PasswordDialog({
  name,
  email,
  password,
  onClose,
}: {
  name: string;
  email: string;
  password: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('accounts.passwordTitle')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack>
        <Alert color="yellow" variant="light" icon={<Icon name="key" />}>
          {t('accounts.passwordLead', { person: name })}
        </Alert>
        <Text size="sm">{email}</Text>
        <OneTimePassword label={t('accounts.password')} password={password} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('accounts.noted')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function useRefresh(): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ['users'] });
    // One may have changed one's own roles.
    void client.invalidateQueries({ queryKey: ['session'] });
  };
}
