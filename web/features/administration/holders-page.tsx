/** Office holders: who may sign what, since when; replacing one ends no agreement. */
import {
  Badge,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addDays, later } from '../../../domain/day.ts';
import type { Day } from '../../../domain/day.ts';
import { CAPACITIES } from '../../../domain/office.ts';
import type { Capacity } from '../../../domain/office.ts';
import { capital, formatDay } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { useSession } from '../../connection/session.ts';
import { ChoiceInput } from '../../ui/choice.tsx';
import type { Choice } from '../../ui/choice.tsx';
import { DayInput } from '../../ui/day-input.tsx';
import { Emptiness } from '../../ui/emptiness.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { offices } from '../../ui/lookups.ts';
import { Page } from '../../ui/page.tsx';
import { useHolderWords, usePosition } from '../../ui/people.ts';
import { Records } from '../../ui/records.tsx';
import { stated } from '../../ui/search.ts';
import { useSentForm } from '../../ui/sent-form.ts';
import classes from './holders-page.module.css';

type Holder = ItemFrom<'get /office-holders'>;
type Open = { kind: 'appoint'; replaces: Holder | null } | { kind: 'relieve'; holder: Holder };

export function HoldersPage() {
  const { t } = useTranslation();
  const { kantor } = useSearch({ from: '/known/shell/pengaturan/pejabat' });
  const navigate = useNavigate({ from: '/pengaturan/pejabat' });
  const { today } = useSession().installation;
  const [withPast, setWithPast] = useState(false);
  const [open, setOpen] = useState<Open | null>(null);
  const within = useOfficesWithin();
  const chosen = within.data?.find(({ id }) => id === kantor);
  const holders = useInfiniteQuery({
    queryKey: ['holders', 'list', kantor ?? null, withPast],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      call('get /office-holders', {
        query: {
          limit: 50,
          ...(kantor !== undefined && { office: kantor }),
          ...(!withPast && { on: today }),
          ...(cursor !== undefined && { cursor }),
        },
        signal,
      }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const mine = (holder: Holder) => within.data?.some(({ id }) => id === holder.office.id) ?? false;

  return (
    <Page
      title={t('administration.holders')}
      lead={t('holders.lead')}
      actions={
        <Button
          leftSection={<Icon name="plus" />}
          onClick={() => setOpen({ kind: 'appoint', replaces: null })}
        >
          {t('holders.add')}
        </Button>
      }
    >
      <Group align="end" gap="md">
        <div className={classes.office}>
          <ChoiceInput
            label={t('holders.office')}
            placeholder={t('holders.anyOffice')}
            value={kantor === undefined ? null : { id: kantor, name: chosen?.name ?? '…' }}
            onChange={(choice) =>
              void navigate({ search: () => stated({ kantor: choice?.id }), replace: true })
            }
            lookup={offices({ actingFor: 'holder.write' })}
            clearable
          />
        </div>
        <Checkbox
          label={t('holders.withPast')}
          checked={withPast}
          onChange={({ currentTarget }) => setWithPast(currentTarget.checked)}
          pb={8}
        />
      </Group>
      <Loaded query={holders}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <Emptiness
              icon="people"
              title={t('holders.empty.title')}
              detail={t('holders.empty.detail')}
            />
          ) : (
            <Stack gap="sm">
              <HolderRecords
                items={items}
                today={today}
                mayChange={mine}
                onReplace={(replaces) => setOpen({ kind: 'appoint', replaces })}
                onRelieve={(holder) => setOpen({ kind: 'relieve', holder })}
              />
              {holders.hasNextPage && (
                <Button variant="default" onClick={() => void holders.fetchNextPage()}>
                  {t('more')}
                </Button>
              )}
            </Stack>
          );
        }}
      </Loaded>
      {open?.kind === 'appoint' && (
        <AppointDialog
          replaces={open.replaces}
          office={chosen ? { id: chosen.id, name: chosen.name } : null}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.kind === 'relieve' && (
        <RelieveDialog holder={open.holder} onClose={() => setOpen(null)} />
      )}
    </Page>
  );
}

function HolderRecords({
  items,
  today,
  mayChange,
  onReplace,
  onRelieve,
}: {
  items: readonly Holder[];
  today: Day;
  mayChange: (holder: Holder) => boolean;
  onReplace: (holder: Holder) => void;
  onRelieve: (holder: Holder) => void;
}) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const positionOf = usePosition();
  return (
    <Records
      caption={t('administration.holders')}
      rows={items}
      keyOf={({ id }) => id}
      columns={[
        {
          key: 'person',
          header: t('holders.person'),
          cell: ({ personName, position, capacity }) => (
            <>
              <Text fw={600}>{personName}</Text>
              <Text size="sm" c="dimmed">
                {positionOf(position, capacity)}
              </Text>
            </>
          ),
        },
        { key: 'office', header: t('holders.office'), cell: ({ office }) => office.name },
        {
          key: 'signs',
          header: t('holders.signs'),
          cell: ({ signs }) =>
            signs.length === 0
              ? t('holders.signsNothing')
              : signs.map((kind) => nameOf(`kind.${kind}`)).join(', '),
        },
        {
          key: 'time',
          header: t('holders.time'),
          cell: ({ from, until, decree }) => (
            <>
              <Text size="sm">
                {until === null
                  ? t('holders.since', { day: formatDay(from) })
                  : t('days.range', { start: formatDay(from), end: formatDay(until) })}
              </Text>
              <Text size="sm" c="dimmed">
                {t('holders.decreeOf', { number: decree.number, day: formatDay(decree.date) })}
              </Text>
              {until !== null && until < today && (
                <Badge variant="default" className={classes.past}>
                  {t('holders.past')}
                </Badge>
              )}
            </>
          ),
        },
        {
          key: 'actions',
          header: t('actions'),
          actions: true,
          cell: (holder) =>
            mayChange(holder) && (holder.until === null || holder.until >= today) ? (
              <Group gap="xs" justify="flex-end" className={classes.actions}>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={t('holders.replaceOf', { person: holder.personName })}
                  onClick={() => onReplace(holder)}
                >
                  {t('holders.replace')}
                </Button>
                <Button
                  size="xs"
                  variant="subtle"
                  aria-label={t('holders.relieveOf', { person: holder.personName })}
                  onClick={() => onRelieve(holder)}
                >
                  {t('holders.relieve')}
                </Button>
              </Group>
            ) : null,
        },
      ]}
    />
  );
}

type AppointmentDraft = {
  office: Choice | null;
  personName: string;
  position: string;
  capacity: Capacity;
  from: Day;
  mou: boolean;
  pks: boolean;
  decreeNumber: string;
  decreeDate: Day;
};

function AppointDialog({
  replaces,
  office,
  onClose,
}: {
  replaces: Holder | null;
  office: Choice | null;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const wordsOf = useHolderWords();
  const refresh = useRefresh();
  const { today } = useSession().installation;
  const draft: AppointmentDraft = {
    office: replaces?.office ?? office,
    personName: '',
    position: replaces?.position ?? '',
    capacity: 'definitif',
    from: replaces ? later(today, addDays(replaces.from, 1)) : today,
    mou: replaces?.signs.includes('mou') ?? false,
    pks: replaces?.signs.includes('pks') ?? false,
    decreeNumber: '',
    decreeDate: '',
  };
  const sent = useSentForm({
    initialValues: draft,
    gaps: ({ office: chosen, personName, position, from, decreeNumber, decreeDate }) => ({
      ...(!chosen && { office: t('field.required') }),
      ...(personName.trim() === '' && { personName: t('field.required') }),
      ...(position.trim() === '' && { position: t('field.required') }),
      ...(from === '' && { from: t('field.required') }),
      ...(decreeNumber.trim() === '' && { decreeNumber: t('field.required') }),
      ...(decreeDate === '' && { decreeDate: t('field.required') }),
    }),
    compose: ({ office: chosen, personName, position, capacity, from, mou, pks, ...decree }) => ({
      office: chosen?.id ?? '',
      personName,
      position,
      capacity,
      from,
      signs: [...(mou ? (['mou'] as const) : []), ...(pks ? (['pks'] as const) : [])],
      decree: { number: decree.decreeNumber, date: decree.decreeDate },
      replaces: replaces?.id ?? null,
    }),
    send: ({ body, once }) => call('post /office-holders', { body, once }),
    onDone: ({ personName }) => {
      refresh();
      notifications.show({ message: t('holders.added', { person: personName }), color: 'green' });
      onClose();
    },
  });
  const { form } = sent;
  return (
    <FormDialog
      title={replaces ? t('holders.replaceOf', { person: replaces.personName }) : t('holders.add')}
      lead={
        replaces ? t('holders.replaceLead', { holder: wordsOf(replaces) }) : t('holders.addLead')
      }
      sent={sent}
      submitLabel={t(replaces ? 'holders.replace' : 'holders.add')}
      onClose={onClose}
    >
      {!replaces && (
        <ChoiceInput
          label={t('holders.office')}
          required
          value={form.values.office}
          onChange={(choice) =>
            form.setFieldValue('office', choice && { id: choice.id, name: choice.name })
          }
          lookup={offices({ actingFor: 'holder.write' })}
          error={form.errors['office']}
          field="office"
        />
      )}
      <TextInput
        label={t('holders.personName')}
        withAsterisk
        maxLength={200}
        data-field="personName"
        {...form.getInputProps('personName')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('holders.position')}
          placeholder={t('holders.positionExample')}
          withAsterisk
          maxLength={100}
          data-field="position"
          {...form.getInputProps('position')}
        />
        <NativeSelect
          label={t('holders.capacity')}
          data={CAPACITIES.map((capacity) => ({
            value: capacity,
            label: capital(nameOf(`capacityLong.${capacity}`)),
          }))}
          data-field="capacity"
          {...form.getInputProps('capacity')}
        />
      </SimpleGrid>
      <DayInput
        label={t('holders.from')}
        withAsterisk
        data-field="from"
        {...form.getInputProps('from')}
        error={form.errors['from'] ?? form.errors['until']}
      />
      <Checkbox.Group
        label={t('holders.signs')}
        description={t('holders.signsHint')}
        value={(['mou', 'pks'] as const).filter((kind) => form.values[kind])}
        onChange={(kinds) => {
          form.setFieldValue('mou', kinds.includes('mou'));
          form.setFieldValue('pks', kinds.includes('pks'));
        }}
      >
        <Group mt={6}>
          <Checkbox value="mou" label={nameOf('kind.mou')} />
          <Checkbox value="pks" label={nameOf('kind.pks')} />
        </Group>
      </Checkbox.Group>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('holders.decreeNumber')}
          withAsterisk
          maxLength={200}
          data-field="decreeNumber"
          {...form.getInputProps('decreeNumber')}
        />
        <DayInput
          label={t('holders.decreeDate')}
          withAsterisk
          data-field="decreeDate"
          {...form.getInputProps('decreeDate')}
        />
      </SimpleGrid>
    </FormDialog>
  );
}

function RelieveDialog({ holder, onClose }: { holder: Holder; onClose: () => void }) {
  const { t } = useTranslation();
  const refresh = useRefresh();
  const { today } = useSession().installation;
  const sent = useSentForm({
    initialValues: { until: later(today, holder.from) },
    gaps: ({ until }) => (until === '' ? { until: t('field.required') } : {}),
    compose: ({ until }) => ({ until }),
    send: ({ body, once }) =>
      call('post /office-holders/{id}/endings', { params: { id: holder.id }, body, once }),
    onDone: () => {
      refresh();
      notifications.show({ message: t('saved'), color: 'green' });
      onClose();
    },
  });
  return (
    <FormDialog
      title={t('holders.relieveOf', { person: holder.personName })}
      lead={t('holders.relieveLead')}
      sent={sent}
      submitLabel={t('save')}
      onClose={onClose}
    >
      <DayInput
        label={t('holders.until')}
        withAsterisk
        data-field="until"
        {...sent.form.getInputProps('until')}
      />
    </FormDialog>
  );
}

// The holders one knows are more than those one may change: those of the other side are known.
function useOfficesWithin() {
  return useQuery({
    queryKey: ['offices', 'within', 'holder.write'],
    queryFn: async ({ signal }) => {
      const items: ItemFrom<'get /offices'>[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: ItemFrom<'get /offices'>[]; nextCursor: string | null } = await call(
          'get /offices',
          {
            query: { actingFor: 'holder.write', limit: 100, ...(cursor !== null && { cursor }) },
            signal,
          },
        );
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return items;
    },
  });
}

function useRefresh(): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ['holders'] });
    void client.invalidateQueries({ queryKey: ['agreement'] });
  };
}
