/** What became of a form that was sent: refused with the reason, or not known yet. */
import { Alert, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';
import { ProblemNotice, useProblemWords } from './problem-notice.tsx';
import type { Sending } from './sent-form.ts';

export function SentNotice({
  sending,
  remaining,
  children,
}: {
  sending: Sending;
  remaining: readonly string[];
  /** What can be done about a refusal. */
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const wordsOf = useProblemWords();
  if (sending.state === 'refused') {
    return (
      <ProblemNotice error={sending.error} remaining={remaining}>
        {children}
      </ProblemNotice>
    );
  }
  if (sending.state === 'unknown') {
    return (
      <Alert
        color="yellow"
        variant="light"
        title={wordsOf(sending.error).title}
        icon={<Icon name="offline" />}
        role="alert"
      >
        <Text size="sm">{t('form.outcomeUnknown')}</Text>
      </Alert>
    );
  }
  return null;
}
