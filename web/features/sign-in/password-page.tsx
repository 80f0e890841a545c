/** Changing one's password; forced while it is one that somebody else made. */
import { Alert, Button, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { changePassword, SHORTEST_PASSWORD } from '../../connection/account.ts';
import { sessionQuery, useSession } from '../../connection/session.ts';
import { Icon } from '../../ui/icons.tsx';
import { useProblemWords } from '../../ui/problem-notice.tsx';
import { SignInLayout } from './sign-in-layout.tsx';

export function PasswordPage() {
  const { t } = useTranslation();
  const session = useSession();
  const navigate = useNavigate();
  const router = useRouter();
  const client = useQueryClient();
  const wordsOf = useProblemWords();
  const form = useForm({
    initialValues: { current: '', next: '', repeat: '' },
    validate: {
      current: (current) => (current === '' ? t('field.required') : null),
      next: (next, { current }) => {
        if (next.length < SHORTEST_PASSWORD)
          return t('password.tooShort', { n: SHORTEST_PASSWORD });
        return next === current ? t('password.same') : null;
      },
      repeat: (repeat, { next }) => (repeat === next ? null : t('password.different')),
    },
  });
  const changing = useMutation({
    mutationFn: ({ current, next }: { current: string; next: string }) =>
      changePassword({ currentPassword: current, newPassword: next }),
    onSuccess: async () => {
      await client.query({ ...sessionQuery, staleTime: 0 });
      notifications.show({ message: t('password.done'), color: 'green' });
      await router.invalidate();
      await navigate({ to: '/', replace: true });
    },
  });
  const toggle = { 'aria-label': t('signIn.show'), tabIndex: 0 };
  const refused = changing.isError ? wordsOf(changing.error) : null;

  return (
    <SignInLayout title={t('password.title')}>
      <Title order={1}>{t('password.title')}</Title>
      <Text c="dimmed" mt={4} mb="lg">
        {session.mustChangePassword ? t('password.forced') : t('password.lead')}
      </Text>
      <form onSubmit={form.onSubmit((values) => changing.mutate(values))} noValidate>
        <Stack>
          {refused && (
            <Alert
              color="red"
              variant="light"
              title={refused.title}
              icon={<Icon name="warning" />}
              role="alert"
            >
              {refused.detail}
            </Alert>
          )}
          {/* Password managers want to know whose password it is. */}
          <input
            type="email"
            autoComplete="username"
            value={session.user.email}
            readOnly
            hidden
            aria-hidden="true"
          />
          <PasswordInput
            label={t('password.current')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={toggle}
            {...form.getInputProps('current')}
          />
          <PasswordInput
            label={t('password.new')}
            description={t('password.newHint', { n: SHORTEST_PASSWORD })}
            autoComplete="new-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={toggle}
            {...form.getInputProps('next')}
          />
          <PasswordInput
            label={t('password.repeat')}
            autoComplete="new-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={toggle}
            {...form.getInputProps('repeat')}
          />
          <Button type="submit" loading={changing.isPending}>
            {t('password.submit')}
          </Button>
          {!session.mustChangePassword && (
            <Button variant="subtle" onClick={() => router.history.back()}>
              {t('cancel')}
            </Button>
          )}
        </Stack>
      </form>
    </SignInLayout>
  );
}
