/** What was set up: each piece, the one-time passwords to hand over, and what to do next. */
import { Alert, Button, List, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '../../../../texts/format.ts';
import { Icon } from '../../../ui/icons.tsx';
import { OneTimePassword } from '../../../ui/one-time-password.tsx';
import { Section } from '../../../ui/section.tsx';
import { PLACES } from './plan.ts';
import type { HolderKey, OfficeKey, PlaceKey, SetUp, SetUpDraft } from './plan.ts';
import classes from './set-up-result.module.css';

export function SetUpResult({ made, draft }: { made: SetUp; draft: SetUpDraft }) {
  const { t } = useTranslation();
  const pieces = usePieces(made, draft);
  const count = (wanted: Piece['outcome']) =>
    formatNumber(pieces.filter(({ outcome }) => outcome === wanted).length);
  return (
    <Section title={t('setUp.result.title')} accent>
      <Stack gap="sm">
        <Text role="status">
          {t('setUp.result.count', { made: count('made'), found: count('found') })}
        </Text>
        <ul className={classes.pieces}>
          {pieces.map(({ key, words, outcome }) => (
            <li key={key}>
              <Icon name="check" size={16} />
              <span>{words}</span>
              <Text span size="sm" c="dimmed">
                {t(`setUp.outcome.${outcome}`)}
              </Text>
            </li>
          ))}
        </ul>
        <Passwords made={made} draft={draft} />
        <WhatNow alone={draft.people === 'me'} />
      </Stack>
    </Section>
  );
}

type Piece = { key: string; words: string; outcome: 'made' | 'found' };

function usePieces(made: SetUp, { offices, holders, accounts }: SetUpDraft): Piece[] {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const words = {
    offices: (key: string) => offices[key as OfficeKey].name,
    holders: (key: string) =>
      t('setUp.piece.holder', { name: holders[key as HolderKey].personName }),
    ownRoles: (key: string) =>
      t('setUp.piece.role', { name: nameOf(`role.${PLACES[key as PlaceKey].role}`) }),
    accounts: (key: string) => t('setUp.piece.account', { name: accounts[key as PlaceKey].name }),
  };
  return (['offices', 'holders', 'ownRoles', 'accounts'] as const).flatMap((section) =>
    Object.entries(made[section]).map(([row, { outcome }]) => ({
      key: `${section}/${row}`,
      words: words[section](row),
      outcome,
    })),
  );
}

function Passwords({ made, draft }: { made: SetUp; draft: SetUpDraft }) {
  const { t } = useTranslation();
  const opened = Object.entries(made.accounts).filter(([, { outcome }]) => outcome === 'made');
  if (opened.length === 0) return null;
  // The answer with the passwords was lost, and a repetition tells none.
  const areLost = opened.some(([, { oneTimePassword }]) => oneTimePassword === null);
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<Icon name="key" />}
      title={t('accounts.passwordTitle')}
    >
      <Stack gap="sm">
        <Text size="sm">{t(areLost ? 'setUp.passwordsLost' : 'setUp.passwords')}</Text>
        {opened.map(([row, { oneTimePassword: password }]) => {
          const { name, email } = draft.accounts[row as PlaceKey];
          const label = `${name} (${email})`;
          return password && <OneTimePassword key={row} label={label} password={password} />;
        })}
      </Stack>
    </Alert>
  );
}

function WhatNow({ alone }: { alone: boolean }) {
  const { t } = useTranslation();
  return (
    <Alert color="green" variant="light" icon={<Icon name="check" />} title={t('setUp.done.title')}>
      <List size="sm" spacing={4}>
        {alone ? (
          <>
            <List.Item>{t('setUp.done.alone')}</List.Item>
            <List.Item>{t('setUp.done.paper')}</List.Item>
          </>
        ) : (
          <List.Item>{t('setUp.done.others')}</List.Item>
        )}
      </List>
      {alone && (
        <Button component={Link} to="/perjanjian/baru" mt="sm" leftSection={<Icon name="plus" />}>
          {t('pipeline.new')}
        </Button>
      )}
    </Alert>
  );
}
