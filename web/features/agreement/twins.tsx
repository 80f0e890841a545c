/** Another agreement of the same parties about the same thing at the same time: where it is. */
import { Alert, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CallFailed } from '../../connection/failure.ts';
import { Icon } from '../../ui/icons.tsx';
import type { Sending } from '../../ui/sent-form.ts';
import { StageBadge } from '../../ui/stage.tsx';
import { useTermWords } from '../../ui/term.ts';
import type { Agreement } from './reading.ts';

/** Said at an agreement that not all have signed. */
export function TwinsNotice({ agreement: { twins } }: { agreement: Agreement }) {
  const { t } = useTranslation();
  const wordsOf = useTermWords();
  if (twins.length === 0) return null;
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<Icon name="warning" />}
      title={t('agreement.twins.title')}
    >
      <Text size="sm">{t('agreement.twins.lead')}</Text>
      {twins.map(({ id, title, term, stage }) => (
        <Text size="sm" key={id} mt={4}>
          <Link to="/perjanjian/$id" params={{ id }}>
            {title}
          </Link>{' '}
          · {wordsOf(term)} <StageBadge stage={stage} />
        </Text>
      ))}
    </Alert>
  );
}

/** The way from a refused proposal to the agreement that is there already; what was typed stays open. */
export function TwinLink({ sending }: { sending: Sending }) {
  const { t } = useTranslation();
  const error = sending.state === 'refused' ? sending.error : null;
  const existing = error instanceof CallFailed ? error.problem.existing : undefined;
  if (!existing) return null;
  return (
    <Text size="sm" mt={4}>
      <Link to="/perjanjian/$id" params={{ id: existing.id }} target="_blank">
        {t('agreement.twins.open', { title: existing.title })}
      </Link>
    </Text>
  );
}
