/** A field that searches while one types, a moment after the last key; `/` leads to it. */
import { useEffect, useRef, useState } from 'react';
import { Text, TextInput } from '@mantine/core';
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';
import classes from './search-field.module.css';

type SearchFieldProps = {
  label: string;
  /** What the page is searching for. */
  text: string;
  onSearch: (text: string | undefined) => void;
};

export function SearchField({ label, text, onSearch }: SearchFieldProps) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  const search = useDebouncedCallback((q: string) => onSearch(q.trim() || undefined), 300);
  useHotkeys([['/', () => field.current?.focus()]]);
  // Filters may be cleared elsewhere, and the browser's way back changes them too.
  useEffect(() => {
    if (document.activeElement !== field.current) setTyped(text);
  }, [text]);
  return (
    <TextInput
      ref={field}
      className={classes.search}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<Icon name="search" />}
      rightSection={
        <Text component="kbd" className={classes.key} title={t('searchHint')} aria-hidden>
          /
        </Text>
      }
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        search(currentTarget.value);
      }}
    />
  );
}
