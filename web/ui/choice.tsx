/**
 * Fields for choosing something that is looked up on the server while one types. What was chosen
 * is kept with its name, so that a draft can show it without asking.
 */
import { MultiSelect, Select, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Something that was chosen, with the name under which people know it. */
export type Choice = { id: string; name: string };

/** Something that can be chosen; `about` tells it from others of the same name. */
export type Option = Choice & { about?: string; disabled?: boolean };

/**
 * How options are looked up: a name for the kind of search, the search itself, and which of what
 * it finds is offered here. Fields that search alike share what was found, not what they offer.
 */
export type Lookup<Found extends Option = Option> = {
  key: readonly unknown[];
  find: (q: string, signal: AbortSignal) => Promise<Found[]>;
  suits?: (option: Found) => boolean;
};

type Field = {
  label: string;
  description?: ReactNode;
  error?: ReactNode;
  placeholder?: string;
  required?: boolean;
  field?: string;
};

export function ChoiceInput<Found extends Option>({
  value,
  onChange,
  lookup,
  field,
  required = false,
  clearable = false,
  ...shown
}: Field & {
  value: Choice | null;
  onChange: (choice: Found | null) => void;
  lookup: Lookup<Found>;
  clearable?: boolean;
}) {
  const { t } = useTranslation();
  const { typed, setTyped, found, options, nothing } = useLookup(lookup, value ? [value] : []);
  return (
    <Select
      {...shown}
      data-field={field}
      withAsterisk={required}
      aria-required={required}
      searchable
      clearable={clearable}
      // The library hides it from everybody who does not use a mouse.
      clearButtonProps={{ tabIndex: 0, 'aria-hidden': undefined, 'aria-label': t('choice.clear') }}
      allowDeselect={false}
      value={value?.id ?? null}
      onChange={(id) => onChange(found.find((option) => option.id === id) ?? null)}
      searchValue={typed}
      onSearchChange={setTyped}
      data={options.map(asItem)}
      filter={({ options: all }) => all}
      renderOption={({ option }) => <OptionText {...optionWith(options, option.value)} />}
      nothingFoundMessage={t(nothing)}
      maxDropdownHeight={280}
    />
  );
}

export function ChoicesInput<Found extends Option>({
  value,
  onChange,
  lookup,
  field,
  required = false,
  ...shown
}: Field & {
  value: Choice[];
  onChange: (choices: Choice[]) => void;
  lookup: Lookup<Found>;
}) {
  const { t } = useTranslation();
  const { typed, setTyped, options, nothing } = useLookup(lookup, value);
  return (
    <MultiSelect
      {...shown}
      data-field={field}
      withAsterisk={required}
      searchable
      value={value.map(({ id }) => id)}
      onChange={(ids) =>
        onChange(
          ids.flatMap((id) => {
            const found = options.find((option) => option.id === id);
            return found ? [{ id, name: found.name }] : [];
          }),
        )
      }
      searchValue={typed}
      onSearchChange={setTyped}
      data={options.map(asItem)}
      filter={({ options: all }) => all}
      renderOption={({ option }) => <OptionText {...optionWith(options, option.value)} />}
      nothingFoundMessage={t(nothing)}
      maxDropdownHeight={280}
    />
  );
}

function useLookup<Found extends Option>(lookup: Lookup<Found>, chosen: readonly Choice[]) {
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed, 200);
  // The field shows the name of what was chosen; that is no search for it.
  const q = chosen.some(({ name }) => name === asked) ? '' : asked.trim();
  const { data, isFetching } = useQuery({
    queryKey: ['lookup', ...lookup.key, q],
    queryFn: ({ signal }) => lookup.find(q, signal),
    select: (all) => all.filter(lookup.suits ?? (() => true)),
    placeholderData: keepPreviousData,
  });
  const found = data ?? [];
  const missing = chosen.filter(({ id }) => !found.some((option) => option.id === id));
  const options: Option[] = [...missing, ...found];
  // A list that could not be read says nothing about what there is.
  const nothing = isFetching ? 'loading' : data ? 'choice.nothing' : 'choice.failed';
  return { typed, setTyped, found, options, nothing } as const;
}

function asItem({ id, name, disabled = false }: Option) {
  return { value: id, label: name, disabled };
}

function optionWith(options: readonly Option[], id: string): Option {
  return options.find((option) => option.id === id) ?? { id, name: '' };
}

function OptionText({ name, about }: Option) {
  return (
    <div>
      <Text size="sm">{name}</Text>
      {about && (
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      )}
    </div>
  );
}
