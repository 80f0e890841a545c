/** What administrators do to accounts, one dialog each. */
import {
  Alert,
  Button,
  Checkbox,
  Group,
  Modal,
  NativeSelect,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ROLES } from '../../../domain/office/roles.ts';
import type { Role } from '../../../domain/office/roles.ts';
import { capital } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { useSession } from '../../connection/session.ts';
import { ChoiceInput } from '../../ui/choice.tsx';
import type { Choice } from '../../ui/choice.tsx';
import { DayInput } from '../../ui/day-input.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Icon } from '../../ui/icons.tsx';
import { offices } from '../../ui/lookups.ts';
import { OneTimePassword } from '../../ui/one-time-password.tsx';
import { useSentForm } from '../../ui/sent-form.ts';
import { useRefresh, useSaved } from '../../ui/saved.ts';

export type User = ItemFrom<'get /users'>;
export type Membership = User['memberships'][number];
/** The dialog that is open. */
export type Open =
  | { kind: 'create' }
  | { kind: 'give'; user: User }
  | { kind: 'end'; user: User; membership: Membership }
  | { kind: 'correct-email'; user: User }
  | { kind: 'reset'; user: User }
  | { kind: 'close'; user: User }
  | { kind: 'password'; name: string; email: string; password: string };

/** A place that is still to be chosen. */
const nowhere: { office: Choice | null; role: Role } = { office: null, role: 'proposer' };

/** The dialog that is open; some lead to another one. */
export function AccountDialog({
  open,
  onOpen,
  onClose,
}: {
  open: Open;
  onOpen: (open: Open) => void;
  onClose: () => void;
}) {
  switch (open.kind) {
    case 'create':
      return <CreateDialog onClose={onClose} onCreated={onOpen} />;
    case 'give':
      return <GiveDialog user={open.user} onClose={onClose} />;
    case 'end':
      return <EndDialog user={open.user} membership={open.membership} onClose={onClose} />;
    case 'correct-email':
      return <CorrectEmailDialog user={open.user} onClose={onClose} />;
    case 'reset':
      return <ResetDialog user={open.user} onClose={onClose} onReset={onOpen} />;
    case 'close':
      return <CloseDialog user={open.user} onClose={onClose} />;
    case 'password':
      return <PasswordDialog {...open} onClose={onClose} />;
  }
}

function CreateDialog({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (open: Open) => void;
}) {
  const { t } = useTranslation();
  const refresh = useRefreshAccounts();
  const sent = useSentForm({
    initialValues: { name: '', email: '', ...nowhere },
    gaps: ({ name, email, office }) => ({
      ...(name.trim() === '' && { name: t('field.required') }),
      ...(!isEmail(email) && { email: t('signIn.emailWrong') }),
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
      onCreated({ kind: 'password', name, email: email ?? '', password: oneTimePassword });
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
  const saved = useSaved(useRefreshAccounts(), onClose);
  const { today } = useSession().installation;
  const sent = useSentForm({
    initialValues: { ...nowhere, from: today, until: '' },
    gaps: ({ office, from }) => ({
      ...(!office && { office: t('field.required') }),
      ...(from === '' && { from: t('field.required') }),
    }),
    compose: ({ office, role, from, until }) => ({
      office: office?.id ?? '',
      role,
      from,
      until: until === '' ? null : until,
    }),
    send: ({ body, once }) =>
      call('post /users/{id}/memberships', { params: { id: user.id }, body, once }),
    onDone: () => saved(),
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
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <DayInput
          label={t('accounts.from')}
          withAsterisk
          data-field="from"
          {...form.getInputProps('from')}
        />
        <DayInput
          label={t('accounts.lastDay')}
          description={t('accounts.lastDayHint')}
          data-field="until"
          {...form.getInputProps('until')}
        />
      </SimpleGrid>
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
  const saved = useSaved(useRefreshAccounts(), onClose);
  const { today } = useSession().installation;
  const sent = useSentForm({
    initialValues: { until: today, now: false },
    gaps: ({ until, now }) => (until === '' && !now ? { until: t('field.required') } : {}),
    compose: ({ until, now }) => ({ until: now ? ('now' as const) : until }),
    send: ({ body, once }) =>
      call('post /memberships/{id}/endings', { params: { id: membership.id }, body, once }),
    onDone: () => saved(),
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
      <Checkbox
        label={t('accounts.now')}
        description={t('accounts.nowHint')}
        {...sent.form.getInputProps('now', { type: 'checkbox' })}
      />
      {!sent.form.values.now && (
        <DayInput
          label={t('accounts.lastDay')}
          withAsterisk
          data-field="until"
          {...sent.form.getInputProps('until')}
        />
      )}
    </FormDialog>
  );
}

function CloseDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const saved = useSaved(useRefreshAccounts(), onClose);
  const sent = useSentForm({
    initialValues: {},
    compose: () => ({}),
    send: ({ body, once }) =>
      call('post /users/{id}/closings', { params: { id: user.id }, body, once }),
    onDone: () => saved(t('accounts.closedDone', { person: user.name })),
  });
  return (
    <FormDialog
      title={t('accounts.closeOf', { person: user.name })}
      lead={t('accounts.closeLead')}
      sent={sent}
      submitLabel={t('accounts.close')}
      danger
      onClose={onClose}
    >
      <Text size="sm">{user.email}</Text>
    </FormDialog>
  );
}

function CorrectEmailDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const saved = useSaved(useRefreshAccounts(), onClose);
  const sent = useSentForm({
    initialValues: { email: user.email ?? '' },
    gaps: ({ email }) => (isEmail(email) ? {} : { email: t('signIn.emailWrong') }),
    compose: ({ email }) => ({ email: email.trim() }),
    send: ({ body }) => call('patch /users/{id}', { params: { id: user.id }, body }),
    onDone: () => saved(),
  });
  return (
    <FormDialog
      title={t('accounts.correctEmailOf', { person: user.name })}
      lead={t('accounts.correctEmailLead')}
      sent={sent}
      submitLabel={t('accounts.correctEmail')}
      onClose={onClose}
    >
      <TextInput
        label={t('signIn.email')}
        type="email"
        withAsterisk
        maxLength={200}
        data-autofocus
        data-field="email"
        {...sent.form.getInputProps('email')}
      />
    </FormDialog>
  );
}

function isEmail(text: string): boolean {
  return /^\S+@\S+$/.test(text.trim());
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
        email: user.email ?? '',
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

// One may have changed one's own roles.
const useRefreshAccounts = () => useRefresh('users', 'session');
