/** A problem in words: what happened, what to do about it, and the number to quote. */
import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { CallFailed } from '../connection/failure.ts';
import type { ProblemBody } from '../connection/failure.ts';
import { Icon } from './icons.tsx';

/** Title and detail for the people who read the page; the API's own words unless ours are better. */
export function useProblemWords(): (error: unknown) => { title: string; detail: string } {
  const { t, i18n } = useTranslation();
  return (error) => {
    const problem = problemOf(error);
    const ours = (part: 'title' | 'detail') => {
      const key = `problem.${problem.code}.${part}`;
      return i18n.exists(key) ? t(key as 'problem.Unexpected.title') : undefined;
    };
    return {
      title: ours('title') ?? (problem.title || t('problem.Unexpected.title')),
      detail: ours('detail') ?? (problem.detail || t('problem.Unexpected.detail')),
    };
  };
}

/** The problem behind an error; an error of our own has no words but the plainest. */
function problemOf(error: unknown): ProblemBody {
  if (error instanceof CallFailed) return error.problem;
  const code = 'Unexpected';
  return { type: 'about:blank', title: '', status: 0, code, detail: '', requestId: '' };
}

export function ProblemNotice({
  error,
  remaining = [],
  children,
}: {
  error: unknown;
  /** Messages about fields that the form does not show. */
  remaining?: readonly string[];
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const words = useProblemWords()(error);
  const { requestId, detail } = problemOf(error);
  const more = remaining.filter((message) => message !== words.detail && message !== detail);
  return (
    <Alert
      color="red"
      variant="light"
      title={words.title}
      icon={<Icon name="warning" />}
      role="alert"
    >
      <Text size="sm">{words.detail}</Text>
      {more.map((message) => (
        <Text size="sm" key={message}>
          {message}
        </Text>
      ))}
      {children}
      {requestId !== '' && (
        <Text size="xs" c="dimmed" mt={6}>
          {t('problem.request', { requestId })}
        </Text>
      )}
    </Alert>
  );
}
