/** The filters of the list. They stand in the address, so that a view can be sent on. */
import { Button, Chip, Collapse, Group, NativeSelect } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { STAGES } from '../../../../domain/agreement/agreement.ts';
import { capital } from '../../../../texts/format.ts';
import { ChoiceInput } from '../../../ui/choice.tsx';
import type { Choice } from '../../../ui/choice.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { regions } from '../../../ui/lookups.ts';
import { regionQuery } from '../../../ui/region.ts';
import { SearchField } from '../../../ui/search-field.tsx';
import classes from './filters.module.css';
import { filterCount, hasFilters, KINDS, noFilters, SORTS, WITHIN } from './view.ts';
import type { View } from './view.ts';

type Props = { view: View; onChange: (part: Partial<View>) => void };

export function Filters({ view, onChange }: Props) {
  const { t } = useTranslation();
  const [isOpen, { toggle }] = useDisclosure(filterCount(view) > 0);
  const count = filterCount(view);
  return (
    <search className={classes.filters}>
      <div className={classes.first}>
        <SearchField
          label={t('pipeline.search')}
          text={view.cari ?? ''}
          onSearch={(cari) => onChange({ cari })}
        />
        <Chip
          checked={view.giliran !== undefined}
          onChange={(on) => onChange({ giliran: on ? 'saya' : undefined })}
          size="sm"
        >
          {t('pipeline.mine')}
        </Chip>
        <Button
          variant="default"
          className={classes.toggle}
          leftSection={<Icon name="filter" />}
          onClick={toggle}
          aria-expanded={isOpen}
        >
          {count > 0 ? t('pipeline.filtersOn', { n: count }) : t('pipeline.filters')}
        </Button>
      </div>
      <Collapse expanded={isOpen} className={classes.narrow}>
        <Fields view={view} onChange={onChange} />
      </Collapse>
      <div className={classes.wide}>
        <Fields view={view} onChange={onChange} />
      </div>
    </search>
  );
}

function Fields({ view, onChange }: Props) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  return (
    <div className={classes.fields}>
      <NativeSelect
        label={t('pipeline.stage')}
        value={view.tahap ?? ''}
        onChange={({ currentTarget }) => onChange({ tahap: currentTarget.value || undefined })}
        data={[
          { value: '', label: t('pipeline.running') },
          ...STAGES.map((stage) => ({ value: stage, label: capital(nameOf(`stage.${stage}`)) })),
          { value: 'semua', label: t('pipeline.all') },
        ]}
      />
      <NativeSelect
        label={t('pipeline.kind')}
        value={view.jenis ?? ''}
        onChange={({ currentTarget }) => onChange({ jenis: currentTarget.value || undefined })}
        data={[
          { value: '', label: t('pipeline.anyKind') },
          ...KINDS.map((kind) => ({ value: kind, label: nameOf(`kind.${kind}`) })),
        ]}
      />
      <NativeSelect
        label={t('pipeline.ends')}
        value={view.berakhir ?? ''}
        onChange={({ currentTarget }) => onChange({ berakhir: currentTarget.value || undefined })}
        data={[
          { value: '', label: t('pipeline.anyEnd') },
          ...WITHIN.map((n) => ({ value: String(n), label: t('pipeline.endsWithin', { n }) })),
        ]}
      />
      <RegionField code={view.wilayah} onChange={(wilayah) => onChange({ wilayah })} />
      <NativeSelect
        label={t('pipeline.sort')}
        value={view.urut ?? 'end'}
        onChange={({ currentTarget }) => onChange({ urut: currentTarget.value })}
        data={SORTS.map((sort) => ({ value: sort, label: t(`pipeline.sorts.${sort}`) }))}
      />
      {hasFilters(view) && (
        <Button variant="subtle" className={classes.clear} onClick={() => onChange(noFilters)}>
          {t('pipeline.clear')}
        </Button>
      )}
    </div>
  );
}

function RegionField({
  code,
  onChange,
}: {
  code: string | undefined;
  onChange: (code: string | undefined) => void;
}) {
  const { t } = useTranslation();
  // An address brings the code alone.
  const { data: named } = useQuery(regionQuery(code));
  const value: Choice | null = code === undefined ? null : { id: code, name: named?.name ?? code };
  return (
    <Group gap={0} className={classes.region}>
      <ChoiceInput
        label={t('pipeline.region')}
        placeholder={t('pipeline.anyRegion')}
        value={value}
        onChange={(choice) => onChange(choice?.id)}
        lookup={regions()}
        clearable
      />
    </Group>
  );
}
