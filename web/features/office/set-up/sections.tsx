/** The sections of the page: the region, its offices, their holders, the people who work there. */
import {
  Button,
  Fieldset,
  NativeSelect,
  Radio,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { CAPACITIES } from '../../../../domain/office/office.ts';
import { capital } from '../../../../texts/format.ts';
import { ChoiceInput } from '../../../ui/choice.tsx';
import { DayInput } from '../../../ui/day-input.tsx';
import { regions } from '../../../ui/lookups.ts';
import type { RegionOption } from '../../../ui/lookups.ts';
import { Section } from '../../../ui/section.tsx';
import { HOLDERS, OFFICES, PLACES } from './plan.ts';
import type { HolderKey, OfficeKey, PlaceKey, SetUpDraft } from './plan.ts';

type Form = UseFormReturnType<SetUpDraft>;

export function RegionSection({ form }: { form: Form }) {
  const { t } = useTranslation();
  const suggest = useSuggestedNames();
  return (
    <Section title={t('setUp.region.title')}>
      <ChoiceInput
        label={t('setUp.region.label')}
        description={t('setUp.region.hint')}
        placeholder={t('choice.search')}
        required
        value={form.values.region}
        onChange={(choice: RegionOption | null) => {
          form.setFieldValue('region', choice && { id: choice.id, name: choice.name });
          if (choice) suggest(form, choice);
        }}
        lookup={regions([2, 1])}
        error={form.errors['region']}
        field="region"
      />
    </Section>
  );
}

export function OfficesSection({ form }: { form: Form }) {
  const { t } = useTranslation();
  const field = (key: OfficeKey) => (
    <TextInput
      key={key}
      label={t(`setUp.offices.${key}`)}
      withAsterisk
      maxLength={200}
      data-field={`offices.${key}.name`}
      {...form.getInputProps(`offices.${key}.name`)}
    />
  );
  return (
    <Section title={t('setUp.offices.title')}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t('setUp.offices.lead')}
        </Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>{OFFICES.map(field)}</SimpleGrid>
      </Stack>
    </Section>
  );
}

export function HoldersSection({ form }: { form: Form }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const keys = Object.keys(HOLDERS) as HolderKey[];
  const fillWithExamples = () => {
    for (const key of keys) {
      const { personName, decree } = form.getValues().holders[key];
      if (personName === '') {
        form.setFieldValue(`holders.${key}.personName`, t(`setUp.holders.example.${key}`));
      }
      if (decree.number === '') {
        form.setFieldValue(`holders.${key}.decree.number`, t('setUp.holders.example.decree'));
      }
    }
  };
  return (
    <Section
      title={t('setUp.holders.title')}
      aside={
        <Button size="xs" variant="default" onClick={fillWithExamples}>
          {t('setUp.holders.fill')}
        </Button>
      }
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('setUp.holders.lead')}
        </Text>
        {keys.map((key) => (
          <Fieldset
            key={key}
            variant="filled"
            legend={
              form.values.offices[HOLDERS[key].office].name ||
              t(`setUp.offices.${HOLDERS[key].office}`)
            }
          >
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
              <TextInput
                label={t('holders.personName')}
                withAsterisk
                maxLength={200}
                data-field={`holders.${key}.personName`}
                {...form.getInputProps(`holders.${key}.personName`)}
              />
              <SimpleGrid cols={2} spacing="sm">
                <TextInput
                  label={t('holders.position')}
                  withAsterisk
                  maxLength={100}
                  data-field={`holders.${key}.position`}
                  {...form.getInputProps(`holders.${key}.position`)}
                />
                <NativeSelect
                  label={t('holders.capacity')}
                  data={CAPACITIES.map((capacity) => ({
                    value: capacity,
                    label: capital(nameOf(`capacityLong.${capacity}`)),
                  }))}
                  {...form.getInputProps(`holders.${key}.capacity`)}
                />
              </SimpleGrid>
              <TextInput
                label={t('holders.decreeNumber')}
                withAsterisk
                maxLength={200}
                data-field={`holders.${key}.decree.number`}
                {...form.getInputProps(`holders.${key}.decree.number`)}
              />
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
                <DayInput
                  label={t('holders.decreeDate')}
                  withAsterisk
                  data-field={`holders.${key}.decree.date`}
                  {...form.getInputProps(`holders.${key}.decree.date`)}
                />
                <DayInput
                  label={t('holders.from')}
                  withAsterisk
                  data-field={`holders.${key}.from`}
                  {...form.getInputProps(`holders.${key}.from`)}
                />
              </SimpleGrid>
            </SimpleGrid>
            <Text size="sm" c="dimmed" mt="xs">
              {HOLDERS[key].signs.length === 0
                ? t('setUp.holders.signsNothing')
                : t('setUp.holders.signs', {
                    kinds: HOLDERS[key].signs.map((kind) => nameOf(`kind.${kind}`)).join(', '),
                  })}
            </Text>
          </Fieldset>
        ))}
      </Stack>
    </Section>
  );
}

export function PeopleSection({ form }: { form: Form }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { people, offices } = form.values;
  return (
    <Section title={t('setUp.people.title')}>
      <Stack>
        <Radio.Group
          label={t('setUp.people.who')}
          value={people}
          onChange={(value) => form.setFieldValue('people', value === 'others' ? 'others' : 'me')}
        >
          <Stack gap={8} mt={6}>
            <Radio value="me" label={t('setUp.people.me')} description={t('setUp.people.meHint')} />
            <Radio
              value="others"
              label={t('setUp.people.others')}
              description={t('setUp.people.othersHint')}
            />
          </Stack>
        </Radio.Group>
        {people === 'others' &&
          (Object.keys(PLACES) as PlaceKey[]).map((key) => (
            <Fieldset
              key={key}
              variant="filled"
              legend={`${capital(nameOf(`role.${PLACES[key].role}`))} · ${offices[PLACES[key].office].name}`}
            >
              <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
                <TextInput
                  label={t('accounts.name')}
                  maxLength={200}
                  data-field={`accounts.${key}.name`}
                  {...form.getInputProps(`accounts.${key}.name`)}
                />
                <TextInput
                  label={t('signIn.email')}
                  type="email"
                  maxLength={200}
                  data-field={`accounts.${key}.email`}
                  {...form.getInputProps(`accounts.${key}.email`)}
                />
              </SimpleGrid>
            </Fieldset>
          ))}
      </Stack>
    </Section>
  );
}

// The name of a region begins with what it is: Kabupaten, Kota, or nothing for a province.
function useSuggestedNames(): (form: Form, region: RegionOption) => void {
  const { t } = useTranslation();
  return (form, { name, region: { level } }) => {
    const [, kind = '', bare = name] = /^(Kabupaten|Kota)(?: Administrasi)? (.+)$/.exec(name) ?? [];
    const regent = level === 1 ? 'provinsi' : kind === 'Kota' ? 'kota' : 'kabupaten';
    const full = level === 1 ? t('setUp.suggestion.province', { name }) : name;
    form.setFieldValue(
      'offices.government.name',
      t('setUp.suggestion.government', { region: full }),
    );
    form.setFieldValue('offices.branch.name', t('setUp.suggestion.branch', { region: bare }));
    form.setFieldValue('holders.regent.position', t(`setUp.suggestion.regent.${regent}`));
  };
}
