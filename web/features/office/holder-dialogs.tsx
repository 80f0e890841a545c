/** Appointing and relieving office holders, one dialog each. */
import { Checkbox, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { addDays, later } from '../../../domain/shared/day.ts';
import type { Day } from '../../../domain/shared/day.ts';
import { CAPACITIES } from '../../../domain/office/office.ts';
import type { Capacity } from '../../../domain/office/office.ts';
import { capital } from '../../../texts/format.ts';
import { call } from '../../connection/call.ts';
import type { ItemFrom } from '../../connection/call.ts';
import { useSession } from '../../connection/session.ts';
import { ChoiceInput } from '../../ui/choice.tsx';
import type { Choice } from '../../ui/choice.tsx';
import { DayInput } from '../../ui/day-input.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Said } from '../../ui/said.tsx';
import { offices, people } from '../../ui/lookups.ts';
import { useHolderWords } from '../../ui/people.ts';
import { useSentForm } from '../../ui/sent-form.ts';
import { useRefresh, useSaved } from '../../ui/saved.ts';

/** An office holder as the list shows them. */
export type Holder = ItemFrom<'get /office-holders'>;

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
  account: Choice | null;
  keepRoles: string[];
  alongside: boolean;
};

export function AppointDialog({
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
  const saved = useSaved(useRefresh('holders', 'agreement', 'users', 'session'), onClose);
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
    account: null,
    keepRoles: [],
    alongside: false,
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
    compose: ({ office: chosen, personName, position, capacity, from, mou, pks, ...rest }) => ({
      office: chosen?.id ?? '',
      personName,
      position,
      capacity,
      from,
      signs: [...(mou ? (['mou'] as const) : []), ...(pks ? (['pks'] as const) : [])],
      decree: { number: rest.decreeNumber, date: rest.decreeDate },
      userId: rest.account?.id ?? null,
      replaces: replaces?.id ?? null,
      keepRoles: rest.keepRoles,
      alongside: rest.alongside,
    }),
    send: ({ body, once }) => call('post /office-holders', { body, once }),
    onDone: ({ personName, endedRoles }) => {
      const added = t('holders.added', { person: personName });
      const ended = t('holders.rolesEnded', { n: endedRoles.length });
      saved(endedRoles.length > 0 ? `${added} ${ended}` : added);
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
      <ChoiceInput
        label={t('holders.account')}
        description={t('holders.accountHint')}
        value={form.values.account}
        onChange={(choice) =>
          form.setFieldValue('account', choice && { id: choice.id, name: choice.name })
        }
        lookup={people()}
        error={form.errors['userId']}
        field="userId"
        clearable
      />
      {replaces && (
        <KeptRoles
          holder={replaces}
          kept={form.values.keepRoles}
          onKeep={(kept) => form.setFieldValue('keepRoles', kept)}
        />
      )}
      <Said
        field="alongside"
        label={t('holders.alongside')}
        error={form.errors['alongside']}
        isSaid={form.values.alongside}
        onSay={(isSaid) => form.setFieldValue('alongside', isSaid)}
      />
    </FormDialog>
  );
}

export function RelieveDialog({ holder, onClose }: { holder: Holder; onClose: () => void }) {
  const { t } = useTranslation();
  const saved = useSaved(useRefresh('holders', 'agreement', 'users', 'session'), onClose);
  const { today } = useSession().installation;
  const sent = useSentForm({
    initialValues: {
      until: later(today, holder.from),
      keepRoles: [] as string[],
      alongside: false,
    },
    gaps: ({ until }) => (until === '' ? { until: t('field.required') } : {}),
    compose: (values) => values,
    send: ({ body, once }) =>
      call('post /office-holders/{id}/endings', { params: { id: holder.id }, body, once }),
    onDone: ({ endedRoles }) =>
      saved(endedRoles.length > 0 ? t('holders.rolesEnded', { n: endedRoles.length }) : undefined),
  });
  const { form } = sent;
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
        {...form.getInputProps('until')}
      />
      <KeptRoles
        holder={holder}
        kept={form.values.keepRoles}
        onKeep={(kept) => form.setFieldValue('keepRoles', kept)}
      />
      <Said
        field="alongside"
        label={t('holders.alongside')}
        error={form.errors['alongside']}
        isSaid={form.values.alongside}
        onSay={(isSaid) => form.setFieldValue('alongside', isSaid)}
      />
    </FormDialog>
  );
}

/** The roles that end with somebody's office, each of which can be kept on purpose. */
function KeptRoles({
  holder,
  kept,
  onKeep,
}: {
  holder: Holder;
  kept: string[];
  onKeep: (kept: string[]) => void;
}) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  if (holder.roles.length === 0) return null;
  return (
    <Checkbox.Group
      label={t('holders.rolesEnd')}
      description={t('holders.rolesEndHint')}
      value={kept}
      onChange={onKeep}
    >
      <Stack gap="xs" mt={6}>
        {holder.roles.map(({ id, role, office }) => (
          <Checkbox
            key={id}
            value={id}
            label={t('holders.keepRole', { role: nameOf(`role.${role}`), office: office.name })}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
