/** A field that searches while one types, a moment after the last key. */
import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Icon } from './icons.tsx';

type SearchFieldProps = {
  label: string;
  /** What was searched for when the page was opened. */
  initial: string;
  onSearch: (text: string | undefined) => void;
};

export function SearchField({ label, initial, onSearch }: SearchFieldProps) {
  const search = useDebouncedCallback((text: string) => onSearch(text.trim() || undefined), 300);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<Icon name="search" />}
      defaultValue={initial}
      onChange={({ currentTarget }) => search(currentTarget.value)}
      maw="28rem"
    />
  );
}
