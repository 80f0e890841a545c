/** Who binds themselves: their numbers, their signatures, and who recorded them. */
import { Badge, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { capital, formatDay } from '../../../texts/format.ts';
import { useActor } from '../../ui/people.ts';
import { Icon } from '../../ui/icons.tsx';
import { Records } from '../../ui/records.tsx';
import { Section } from '../../ui/section.tsx';
import type { Agreement } from './reading.ts';
import classes from './parties.module.css';

type Party = Agreement['parties'][number];

export function Parties({ agreement }: { agreement: Agreement }) {
  const { t } = useTranslation();
  return (
    <Section title={t('agreement.parties.title')}>
      <Records
        caption={t('agreement.parties.caption')}
        rows={agreement.parties}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'party',
            header: t('agreement.parties.party'),
            cell: (party) => <Name party={party} />,
          },
          {
            key: 'number',
            header: t('agreement.parties.number'),
            cell: (party) => <Number party={party} />,
          },
          {
            key: 'signature',
            header: t('agreement.parties.signature'),
            cell: (party) => <Signature party={party} />,
          },
        ]}
      />
    </Section>
  );
}

function Name({ party: { name, nameToday, side, outside } }: { party: Party }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  return (
    <Stack gap={2} align="flex-start">
      <Text fw={600}>{name}</Text>
      {nameToday !== undefined && (
        <Text size="sm">{t('agreement.parties.nameToday', { name: nameToday })}</Text>
      )}
      <Text size="sm" c="dimmed">
        {capital(nameOf(`side.${side}`))}
      </Text>
      {outside && (
        <Badge variant="default" className={classes.outside}>
          {t('agreement.parties.outside')}
        </Badge>
      )}
    </Stack>
  );
}

function Number({ party: { number } }: { party: Party }) {
  const { t } = useTranslation();
  if (!number) return <Missing words={t('agreement.parties.noNumber')} />;
  return (
    <>
      <Text size="sm" className={classes.number}>
        {number.number}
      </Text>
      <Text size="sm" c="dimmed">
        {t('agreement.parties.dated', { day: formatDay(number.dated) })}
      </Text>
    </>
  );
}

function Signature({ party: { signature } }: { party: Party }) {
  const { t } = useTranslation();
  const actorOf = useActor();
  if (!signature) return <Missing words={t('agreement.parties.noSignature')} />;
  const { actedBy, recordedBy, signedOn, evidence } = signature;
  const recorder = [recordedBy.userName, recordedBy.office].filter(Boolean).join(', ');
  return (
    <>
      <Text size="sm" fw={600} className={classes.signed}>
        <Icon name="check" size={15} />
        {actorOf(actedBy)}
      </Text>
      <Text size="sm">{t('agreement.parties.signedOn', { day: formatDay(signedOn) })}</Text>
      {evidence && (
        <Text size="sm" c="dimmed">
          {t('agreement.parties.letter', {
            number: evidence.number,
            day: formatDay(evidence.date),
          })}
          {!evidence.hasDocument && ` (${t('agreement.parties.noDocument')})`}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {t('agreement.parties.recordedBy', { who: recorder })}
      </Text>
    </>
  );
}

function Missing({ words }: { words: string }) {
  return (
    <Text size="sm" c="dimmed">
      {words}
    </Text>
  );
}
