/** Signing in: the only page that people see before they are known. */
import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useInterval } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn } from '../../connection/account.ts';
import { CallFailed } from '../../connection/failure.ts';
import { sessionQuery } from '../../connection/session.ts';
import { Icon } from '../../ui/icons.tsx';
import { useProblemWords } from '../../ui/problem-notice.tsx';
import { SignInLayout } from './sign-in-layout.tsx';

export function SignInPage() {
  const { t } = useTranslation();
  const { kembali } = useSearch({ from: '/stranger/masuk' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : t('signIn.emailWrong')),
      password: (password) => (password === '' ? t('field.required') : null),
    },
  });
  const entering = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) =>
      signIn({ email: email.trim(), password }),
    onSuccess: async () => {
      await client.query({ ...sessionQuery, staleTime: 0 });
      await navigate({ to: kembali ?? '/', replace: true });
    },
    onError: () => form.setFieldValue('password', ''),
  });
  const wait = useCountdown(entering.error);

  return (
    <SignInLayout title={t('signIn.title')}>
      <Title order={1}>{t('signIn.title')}</Title>
      <Text c="dimmed" mt={4} mb="lg">
        {t('signIn.lead')}
      </Text>
      <form onSubmit={form.onSubmit((values) => entering.mutate(values))} noValidate>
        <Stack>
          {entering.isError && <Refusal error={entering.error} wait={wait} />}
          <TextInput
            label={t('signIn.email')}
            type="email"
            autoComplete="username"
            autoFocus
            required
            withAsterisk={false}
            size="md"
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={t('signIn.password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            size="md"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show'), tabIndex: 0 }}
            {...form.getInputProps('password')}
          />
          <Button type="submit" size="md" loading={entering.isPending} disabled={wait > 0}>
            {t('signIn.submit')}
          </Button>
        </Stack>
      </form>
      <Text size="sm" c="dimmed" mt="lg">
        {t('signIn.help')}
      </Text>
    </SignInLayout>
  );
}

function Refusal({ error, wait }: { error: unknown; wait: number }) {
  const { t } = useTranslation();
  const { title, detail } = useProblemWords()(error);
  return (
    <Alert color="red" variant="light" title={title} icon={<Icon name="warning" />} role="alert">
      {detail}
      {wait > 0 && <Text size="sm">{t('signIn.wait', { n: wait })}</Text>}
    </Alert>
  );
}

/** Seconds until another attempt will be taken. */
function useCountdown(error: unknown): number {
  const [left, setLeft] = useState(0);
  const { start, stop } = useInterval(() => setLeft((seconds) => Math.max(0, seconds - 1)), 1_000);
  useEffect(() => {
    setLeft(error instanceof CallFailed ? (error.retryAfter ?? 0) : 0);
  }, [error]);
  useEffect(() => {
    if (left > 0) start();
    return stop;
  }, [left, start, stop]);
  return left;
}
