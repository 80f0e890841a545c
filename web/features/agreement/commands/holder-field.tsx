/** Choosing the office holder whose act on paper is recorded. */
import { Alert, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ItemFrom } from '../../../connection/call.ts';
import type { Day } from '../../../../domain/shared/day.ts';
import { Icon } from '../../../ui/icons.tsx';
import { NotLoaded } from '../../../ui/query-boundary.tsx';
import { holdersQuery } from '../../../ui/lookups.ts';
import { useHolderWords } from '../../../ui/people.ts';

type Holder = ItemFrom<'get /office-holders'>;

export function HolderField({
  label,
  where,
  on,
  value,
  onChange,
  error,
  objection = () => null,
}: {
  label: string;
  where: { office: string } | { signsFor: string };
  on: Day;
  value: string;
  onChange: (id: string) => void;
  error?: React.ReactNode;
  /** Why this holder cannot be chosen here, when so. */
  objection?: (holder: Holder) => string | null;
}) {
  const { t } = useTranslation();
  const wordsOf = useHolderWords();
  const query = useQuery({ ...holdersQuery(where, on), enabled: on !== '' });
  const holders = query.data?.items ?? [];
  if (query.isLoadingError) return <NotLoaded query={query} />;
  if (query.data && holders.length === 0) {
    return (
      <Alert color="yellow" variant="light" icon={<Icon name="info" />} title={label}>
        {t('command.holder.none')}
      </Alert>
    );
  }
  return (
    <Select
      label={label}
      withAsterisk
      data-field="actedBy"
      placeholder={t('command.holder.choose')}
      value={value === '' ? null : value}
      onChange={(id) => onChange(id ?? '')}
      allowDeselect={false}
      error={error}
      data={holders.map((holder) => {
        const reason = objection(holder);
        const label = `${wordsOf(holder)} · ${holder.office.name}`;
        return {
          value: holder.id,
          label: reason === null ? label : `${label} (${reason})`,
          disabled: reason !== null,
        };
      })}
    />
  );
}
