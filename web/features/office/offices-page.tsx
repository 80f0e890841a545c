/** The offices of both trees: adding one, and changing its name or mailbox. */
import { Button, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ADDED_KINDS } from '../../../domain/office/office.ts';
import type { AddedKind } from '../../../domain/office/office.ts';
import { capital } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { ChoiceInput } from '../../ui/choice.tsx';
import type { Choice } from '../../ui/choice.tsx';
import { EmptyState, NothingFound } from '../../ui/empty-state.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Icon } from '../../ui/icons.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { offices, regions } from '../../ui/lookups.ts';
import { Page } from '../../ui/page.tsx';
import { cursorIn, Pager } from '../../ui/pager.tsx';
import { Records } from '../../ui/records.tsx';
import { stated } from '../../ui/search.ts';
import { useSentForm } from '../../ui/sent-form.ts';
import { useRefresh, useSaved } from '../../ui/saved.ts';
import { SearchField } from '../../ui/search-field.tsx';

type Office = ItemFrom<'get /offices'>;
type Open = { kind: 'add' } | { kind: 'change'; office: Office };

export function OfficesPage() {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { cari = '', setelah } = useSearch({ from: '/known/shell/pengaturan/kantor' });
  const navigate = useNavigate({ from: '/pengaturan/kantor' });
  const [open, setOpen] = useState<Open | null>(null);
  const cursor = cursorIn(setelah);
  const query = {
    actingFor: 'office.write' as const,
    limit: 50,
    ...(cari !== '' && { q: cari }),
    ...(cursor !== undefined && { cursor }),
  };
  const page = useQuery({
    queryKey: ['offices', query],
    queryFn: ({ signal }) => call('get /offices', { query, signal }),
    placeholderData: keepPreviousData,
  });
  const change = (part: { cari?: string | undefined; setelah?: string | undefined }) =>
    void navigate({
      search: (present) => stated({ ...present, setelah: undefined, ...part }),
      replace: true,
    });

  return (
    <Page
      title={t('administration.offices')}
      lead={t('offices.lead')}
      actions={
        <Button leftSection={<Icon name="plus" />} onClick={() => setOpen({ kind: 'add' })}>
          {t('offices.add')}
        </Button>
      }
    >
      <SearchField label={t('offices.search')} text={cari} onSearch={(q) => change({ cari: q })} />
      <QueryBoundary query={page}>
        {({ items, nextCursor }) =>
          items.length === 0 && cari ? (
            <NothingFound searched={cari} onClear={() => change({ cari: undefined })} />
          ) : items.length === 0 ? (
            <EmptyState
              icon="building"
              title={t('offices.empty.title')}
              detail={t('offices.empty.detail')}
            />
          ) : (
            <Stack gap="sm">
              <Records
                caption={t('administration.offices')}
                rows={items}
                keyOf={({ id }) => id}
                columns={[
                  {
                    key: 'name',
                    header: t('offices.name'),
                    cell: ({ name, kind }) => (
                      <>
                        <Text fw={600}>{name}</Text>
                        <Text size="sm" c="dimmed">
                          {capital(nameOf(`officeKind.${kind}`))}
                        </Text>
                      </>
                    ),
                  },
                  {
                    key: 'parent',
                    header: t('offices.parent'),
                    cell: ({ parent }) => parent?.name ?? '',
                  },
                  {
                    key: 'region',
                    header: t('offices.region'),
                    cell: ({ region }) => region ?? '',
                  },
                  {
                    key: 'mailbox',
                    header: t('offices.mailbox'),
                    cell: ({ mailbox }) => mailbox ?? '',
                  },
                  {
                    key: 'actions',
                    header: t('actions'),
                    actions: true,
                    cell: (office) => (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={t('offices.changeOf', { office: office.name })}
                        onClick={() => setOpen({ kind: 'change', office })}
                      >
                        {t('change')}
                      </Button>
                    ),
                  },
                ]}
              />
              <Pager
                trail={setelah}
                nextCursor={nextCursor}
                onTurn={(trail) => change({ setelah: trail })}
              />
            </Stack>
          )
        }
      </QueryBoundary>
      {open?.kind === 'add' && <AddDialog onClose={() => setOpen(null)} />}
      {open?.kind === 'change' && (
        <ChangeDialog office={open.office} onClose={() => setOpen(null)} />
      )}
    </Page>
  );
}

type OfficeDraft = {
  kind: AddedKind;
  name: string;
  parent: Choice | null;
  region: Choice | null;
  mailbox: string;
};

const newOffice: OfficeDraft = { kind: 'opd', name: '', parent: null, region: null, mailbox: '' };

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const saved = useSaved(useRefresh('offices', 'lookup'), onClose);
  const sent = useSentForm({
    initialValues: newOffice,
    gaps: ({ name }) => (name.trim() === '' ? { name: t('field.required') } : {}),
    compose: ({ kind, name, parent, region, mailbox }) => ({
      kind,
      name,
      parent: parent?.id ?? null,
      region: region?.id ?? null,
      mailbox: mailbox.trim() === '' ? null : mailbox.trim(),
    }),
    send: ({ body, once }) => call('post /offices', { body, once }),
    onDone: (office) => saved(t('offices.added', { office: office.name })),
  });
  const { form } = sent;
  return (
    <FormDialog
      title={t('offices.add')}
      sent={sent}
      submitLabel={t('offices.add')}
      onClose={onClose}
    >
      <NativeSelect
        label={t('offices.kind')}
        data={ADDED_KINDS.map((kind) => ({
          value: kind,
          label: capital(nameOf(`officeKind.${kind}`)),
        }))}
        data-field="kind"
        {...form.getInputProps('kind')}
      />
      <TextInput
        label={t('offices.name')}
        withAsterisk
        maxLength={200}
        data-field="name"
        {...form.getInputProps('name')}
      />
      <ChoiceInput
        label={t('offices.parent')}
        description={t('offices.parentHint')}
        value={form.values.parent}
        onChange={(choice) =>
          form.setFieldValue('parent', choice && { id: choice.id, name: choice.name })
        }
        lookup={offices({ actingFor: 'office.write' }, ({ kind }) => kind !== 'operator')}
        error={form.errors['parent'] ?? form.errors['office']}
        field="parent"
        clearable
      />
      <ChoiceInput
        label={t('offices.region')}
        value={form.values.region}
        onChange={(choice) =>
          form.setFieldValue('region', choice && { id: choice.id, name: choice.name })
        }
        lookup={regions([1, 2, 3, 4])}
        error={form.errors['region']}
        field="region"
        clearable
      />
      <MailboxField {...form.getInputProps('mailbox')} />
    </FormDialog>
  );
}

function ChangeDialog({ office, onClose }: { office: Office; onClose: () => void }) {
  const { t } = useTranslation();
  const saved = useSaved(useRefresh('offices', 'lookup'), onClose);
  const sent = useSentForm({
    initialValues: { name: office.name, mailbox: office.mailbox ?? '' },
    gaps: ({ name }) => (name.trim() === '' ? { name: t('field.required') } : {}),
    compose: ({ name, mailbox }) => ({
      name,
      mailbox: mailbox.trim() === '' ? null : mailbox.trim(),
    }),
    send: ({ body }) => call('patch /offices/{id}', { params: { id: office.id }, body }),
    onDone: () => saved(),
  });
  const { form } = sent;
  return (
    <FormDialog
      title={t('offices.changeOf', { office: office.name })}
      sent={sent}
      submitLabel={t('save')}
      onClose={onClose}
    >
      <TextInput
        label={t('offices.name')}
        withAsterisk
        maxLength={200}
        data-autofocus
        data-field="name"
        {...form.getInputProps('name')}
      />
      <MailboxField {...form.getInputProps('mailbox')} />
    </FormDialog>
  );
}

function MailboxField(props: object) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t('offices.mailbox')}
      description={t('offices.mailboxHint')}
      type="email"
      maxLength={200}
      data-field="mailbox"
      {...props}
    />
  );
}
