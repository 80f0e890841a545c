/** A password that is shown once, to be handed to its owner. */
import { Button, CopyButton, Group, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';

export function OneTimePassword({ label, password }: { label: string; password: string }) {
  const { t } = useTranslation();
  return (
    <Group align="end" gap="xs">
      <TextInput
        label={label}
        value={password}
        readOnly
        flex="1 1 12rem"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <CopyButton value={password} timeout={4_000}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            leftSection={<Icon name={copied ? 'check' : 'copy'} />}
            onClick={copy}
          >
            {t(copied ? 'copy.copied' : 'copy.copy')}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
