/** The frame of the pages before the first step inside: name, purpose, one card. */
import { Paper, Text } from '@mantine/core';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../ui/mark.tsx';
import classes from './sign-in-layout.module.css';

export function SignInLayout({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · Mapalus`;
  }, [title]);
  return (
    <main className={classes.threshold}>
      <div className={classes.about}>
        <Mark size={34} />
        <Text mt={6}>{t('tagline')}</Text>
      </div>
      <Paper className={classes.card}>{children}</Paper>
    </main>
  );
}
