/** The product's name with its sign: hands that meet, drawn as two joined arcs. */
import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function Mark({ size = 26 }: { size?: number }) {
  const { t } = useTranslation();
  return (
    <Group gap={8} wrap="nowrap" component="span">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="8" fill="#0b6b57" />
        <path
          d="M6.5 21.5v-7a4.75 4.75 0 0 1 9.5 0v3M25.5 10.5v7a4.75 4.75 0 0 1-9.5 0v-3"
          fill="none"
          stroke="#fff"
          strokeWidth="3"
          strokeLinecap="round"
        />
      </svg>
      <Text component="span" fw={700} fz={size * 0.72} c="green.8" lh={1}>
        {t('product')}
      </Text>
    </Group>
  );
}
