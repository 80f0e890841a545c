/** What a party has asked for and the others have not yet agreed to. */
import { Alert, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../../../texts/format.ts';
import { Icon } from '../../ui/icons.tsx';
import { useActor } from '../../ui/people.ts';
import { useTermWords } from '../../ui/term.ts';
import type { Agreement } from './reading.ts';

type Pending = NonNullable<Agreement['pending']>;

/** Told above what can be done, for as long as it waits. */
export function PendingNotice({ pending }: { pending: Pending }) {
  const { t } = useTranslation();
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<Icon name="clock" />}
      title={t('agreement.pending.title')}
      mt="sm"
    >
      <PendingWords pending={pending} />
      <Text size="sm" mt={6}>
        {t('agreement.pending.awaits', {
          parties: pending.awaits.map(({ name }) => name).join(', '),
        })}
      </Text>
    </Alert>
  );
}

/** The kind of change that waits; forms about it are open only while there is one. */
export function changeOf(pending: Pending | null): Pending['change'] {
  return pending?.change ?? 'changeDates';
}

/** What is asked for, by whom and why. */
export function PendingWords({ pending }: { pending: Pending }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const wordsOf = useTermWords();
  const actorOf = useActor();
  const { change, party, on, term, ending, title, number, signature, reason, evidence } = pending;
  const lines = [
    t('agreement.pending.asked', {
      party: party.name,
      change: nameOf(`change.${change}`),
      day: formatDay(on),
    }),
    term && t('agreement.pending.term', { term: wordsOf(term) }),
    ending &&
      t('agreement.pending.ending', {
        reason: nameOf(`reason.${ending.lawful}`),
        day: formatDay(ending.lastDay),
      }),
    change === 'continue' && t('agreement.pending.continue'),
    title !== null && t('agreement.pending.newTitle', { title }),
    number &&
      t('agreement.pending.number', {
        party: number.party.name,
        number: number.number,
        day: formatDay(number.dated),
      }),
    signature &&
      t('agreement.pending.signature', {
        party: signature.party.name,
        who: actorOf(signature.actedBy),
        day: formatDay(signature.signedOn),
      }),
    reason !== null && t('agreement.pending.reason', { text: reason }),
    evidence &&
      t('agreement.pending.letter', { number: evidence.number, day: formatDay(evidence.date) }),
  ].filter((line) => typeof line === 'string');
  return (
    <Stack gap={2}>
      {lines.map((line) => (
        <Text key={line} size="sm">
          {line}
        </Text>
      ))}
    </Stack>
  );
}
