/**
 * Setting up a region for its first agreement: offices of both sides, office holders, people.
 * It can be sent again after an error; what is there already is found and left alone.
 */
import {
  Alert,
  Button,
  Fieldset,
  Group,
  List,
  NativeSelect,
  Progress,
  Radio,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import type { UseFormReturnType } from '@mantine/form';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Day } from '../../../../domain/day.ts';
import { yearOf } from '../../../../domain/day.ts';
import { CAPACITIES } from '../../../../domain/office.ts';
import { capital, formatNumber } from '../../../../texts/format.ts';
import { useSession } from '../../../connection/session.ts';
import { ChoiceInput } from '../../../ui/choice.tsx';
import { DayInput } from '../../../ui/day-input.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { forget, keep, readKept } from '../../../ui/kept.ts';
import { regions } from '../../../ui/lookups.ts';
import type { RegionOption } from '../../../ui/lookups.ts';
import { OneTimePassword } from '../../../ui/one-time-password.tsx';
import { Page } from '../../../ui/page.tsx';
import { ProblemNotice } from '../../../ui/problem-notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { createSetUp, HOLDERS, OFFICES, PLACES, tasksOf } from './plan.ts';
import type {
  HolderKey,
  MadePassword,
  Outcome,
  OfficeKey,
  PlaceKey,
  SetUpDraft,
  Task,
} from './plan.ts';
import classes from './set-up-page.module.css';

type Form = UseFormReturnType<SetUpDraft>;
type Step = Task & { state: 'waiting' | 'working' | 'failed' | Outcome };
type Run = { steps: Step[]; error: unknown; isOver: boolean; passwords: MadePassword[] };

export function SetUpPage() {
  const { t } = useTranslation();
  const { user, installation } = useSession();
  const client = useQueryClient();
  const place = { name: 'siapkan-wilayah', userId: user.id, shape: 1 };
  const [kept] = useState(() => readKept<SetUpDraft>(place));
  const keepSoon = useDebouncedCallback((draft: SetUpDraft) => keep(place, draft), 400);
  const gapsOf = useGaps();
  const empty = useEmptyDraft(installation.today);
  const form = useForm<SetUpDraft>({
    initialValues: kept ?? empty,
    validate: gapsOf,
    onValuesChange: keepSoon,
  });
  const [run, setRun] = useState<Run | null>(null);
  // Keys outlive an attempt, so that an answer that got lost is found and not made again.
  const keys = useRef(new Map<string, string>());
  const isWorking = run !== null && !run.isOver && run.error === null;

  async function carryOut(draft: SetUpDraft): Promise<void> {
    const passwords = run?.passwords ?? [];
    const setUp = createSetUp(draft, { userId: user.id, keys: keys.current });
    let steps: Step[] = tasksOf(draft).map((task) => ({ ...task, state: 'waiting' }));
    const note = (at: number, state: Step['state']) => {
      steps = steps.map((step, index) => (index === at ? { ...step, state } : step));
      const made = [...passwords, ...setUp.passwords];
      setRun({ steps, error: null, isOver: false, passwords: made });
    };
    for (const [at, task] of steps.entries()) {
      note(at, 'working');
      try {
        note(at, await setUp.carryOut(task));
      } catch (error) {
        note(at, 'failed');
        setRun((present) => present && { ...present, error });
        return;
      }
    }
    keepSoon.cancel();
    forget(place);
    setRun((present) => present && { ...present, isOver: true });
    // New roles open new pages, and new offices can be chosen everywhere.
    await client.invalidateQueries();
  }

  return (
    <Page title={t('administration.setUp')} lead={t('setUp.lead')}>
      <form
        noValidate
        onSubmit={form.onSubmit(
          (draft) => void carryOut(draft),
          () => requestAnimationFrame(focusFirstWrong),
        )}
        className={classes.form}
      >
        {!run?.isOver && (
          <fieldset disabled={isWorking} className={classes.fields}>
            <Stack gap="lg">
              <RegionSection form={form} />
              <OfficesSection form={form} />
              <HoldersSection form={form} />
              <PeopleSection form={form} />
            </Stack>
          </fieldset>
        )}
        <Stack gap="md" mt={run?.isOver ? 0 : 'lg'}>
          {run && <RunReport run={run} people={form.values.people} />}
          <Group justify="flex-end">
            {run?.isOver ? (
              <Button
                variant="default"
                onClick={() => {
                  form.setValues(empty);
                  setRun(null);
                }}
              >
                {t('setUp.again')}
              </Button>
            ) : (
              <Button type="submit" size="md" loading={isWorking}>
                {t(run ? 'setUp.goOn' : 'setUp.submit')}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Page>
  );
}

function RegionSection({ form }: { form: Form }) {
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

function OfficesSection({ form }: { form: Form }) {
  const { t } = useTranslation();
  const field = (key: OfficeKey) => (
    <TextInput
      key={key}
      label={t(`setUp.offices.${key}`)}
      withAsterisk
      maxLength={200}
      data-field={`offices.${key}`}
      {...form.getInputProps(`offices.${key}`)}
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

function HoldersSection({ form }: { form: Form }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const keys = Object.keys(HOLDERS) as HolderKey[];
  const fillWithExamples = () => {
    for (const key of keys) {
      const { personName, decreeNumber } = form.getValues().holders[key];
      if (personName === '') {
        form.setFieldValue(`holders.${key}.personName`, t(`setUp.holders.example.${key}`));
      }
      if (decreeNumber === '') {
        form.setFieldValue(`holders.${key}.decreeNumber`, t('setUp.holders.example.decree'));
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
              form.values.offices[HOLDERS[key].office] || t(`setUp.offices.${HOLDERS[key].office}`)
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
                data-field={`holders.${key}.decreeNumber`}
                {...form.getInputProps(`holders.${key}.decreeNumber`)}
              />
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
                <DayInput
                  label={t('holders.decreeDate')}
                  withAsterisk
                  data-field={`holders.${key}.decreeDate`}
                  {...form.getInputProps(`holders.${key}.decreeDate`)}
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

function PeopleSection({ form }: { form: Form }) {
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
              legend={`${capital(nameOf(`role.${PLACES[key].role}`))} · ${offices[PLACES[key].office]}`}
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

function RunReport({ run, people }: { run: Run; people: SetUpDraft['people'] }) {
  const { t } = useTranslation();
  const { steps, error, isOver, passwords } = run;
  const done = steps.filter(({ state }) => state === 'made' || state === 'found').length;
  return (
    <Section title={t('setUp.progress.title')} accent>
      <Stack gap="sm">
        <Text role="status">
          {t('setUp.progress.count', {
            done: formatNumber(done),
            total: formatNumber(steps.length),
          })}
        </Text>
        <Progress
          value={(100 * done) / Math.max(1, steps.length)}
          aria-label={t('setUp.progress.title')}
        />
        <ul className={classes.steps}>
          {steps.map((step) => (
            <StepLine key={`${step.what}/${step.key}`} step={step} />
          ))}
        </ul>
        {error !== null && <ProblemNotice error={error}>{t('setUp.progress.goOn')}</ProblemNotice>}
        {passwords.length > 0 && <Passwords passwords={passwords} />}
        {isOver && <WhatNow alone={people === 'me'} />}
      </Stack>
    </Section>
  );
}

const SIGNS = {
  waiting: 'dots',
  working: 'clock',
  failed: 'warning',
  made: 'check',
  found: 'check',
} as const;

function StepLine({ step: { what, key, name, state } }: { step: Step }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const words =
    what === 'role'
      ? t('setUp.task.role', { name: nameOf(`role.${PLACES[key as PlaceKey].role}`) })
      : t(`setUp.task.${what}`, { name });
  return (
    <li data-state={state}>
      <Icon name={SIGNS[state]} size={16} />
      <span>{words}</span>
      <Text span size="sm" c="dimmed">
        {t(`setUp.state.${state}`)}
      </Text>
    </li>
  );
}

function Passwords({ passwords }: { passwords: readonly MadePassword[] }) {
  const { t } = useTranslation();
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<Icon name="key" />}
      title={t('accounts.passwordTitle')}
    >
      <Stack gap="sm">
        <Text size="sm">{t('setUp.passwords')}</Text>
        {passwords.map(({ name, email, password }) => (
          <OneTimePassword key={email} label={`${name} (${email})`} password={password} />
        ))}
      </Stack>
    </Alert>
  );
}

function WhatNow({ alone }: { alone: boolean }) {
  const { t } = useTranslation();
  return (
    <Alert color="green" variant="light" icon={<Icon name="check" />} title={t('setUp.done.title')}>
      <List size="sm" spacing={4}>
        {alone ? (
          <>
            <List.Item>{t('setUp.done.alone')}</List.Item>
            <List.Item>{t('setUp.done.paper')}</List.Item>
          </>
        ) : (
          <List.Item>{t('setUp.done.others')}</List.Item>
        )}
      </List>
      {alone && (
        <Button component={Link} to="/perjanjian/baru" mt="sm" leftSection={<Icon name="plus" />}>
          {t('pipeline.new')}
        </Button>
      )}
    </Alert>
  );
}

function useEmptyDraft(today: Day): SetUpDraft {
  const { t } = useTranslation();
  const since = `${yearOf(today)}-01-01`;
  const holder = (position: string) => ({
    personName: '',
    position,
    capacity: 'definitif' as const,
    from: since,
    decreeNumber: '',
    decreeDate: since,
  });
  const nobody = { name: '', email: '' };
  return {
    region: null,
    offices: {
      government: '',
      legal: t('setUp.suggestion.legal'),
      opd: t('setUp.suggestion.opd'),
      headOffice: t('setUp.suggestion.headOffice'),
      branch: '',
    },
    holders: {
      regent: holder(t('setUp.suggestion.regent.kabupaten')),
      opdHead: holder(t('setUp.suggestion.opdHead')),
      legalHead: holder(t('setUp.suggestion.legalHead')),
      branchHead: holder(t('setUp.suggestion.branchHead')),
    },
    people: 'me',
    accounts: { proposer: nobody, legal: nobody, approver: nobody, officer: nobody, head: nobody },
  };
}

// The name of a region begins with what it is: Kabupaten, Kota, or nothing for a province.
function useSuggestedNames(): (form: Form, region: RegionOption) => void {
  const { t } = useTranslation();
  return (form, { name, region: { level } }) => {
    const [, kind = '', bare = name] = /^(Kabupaten|Kota)(?: Administrasi)? (.+)$/.exec(name) ?? [];
    const regent = level === 1 ? 'provinsi' : kind === 'Kota' ? 'kota' : 'kabupaten';
    const full = level === 1 ? t('setUp.suggestion.province', { name }) : name;
    form.setFieldValue('offices.government', t('setUp.suggestion.government', { region: full }));
    form.setFieldValue('offices.branch', t('setUp.suggestion.branch', { region: bare }));
    form.setFieldValue('holders.regent.position', t(`setUp.suggestion.regent.${regent}`));
  };
}

function useGaps(): (draft: SetUpDraft) => Record<string, string> {
  const { t } = useTranslation();
  return ({ region, offices, holders, people, accounts }) => {
    const missing = t('field.required');
    const gaps: Record<string, string> = {};
    if (!region) gaps['region'] = missing;
    for (const key of OFFICES) if (offices[key].trim() === '') gaps[`offices.${key}`] = missing;
    for (const [key, holder] of Object.entries(holders)) {
      for (const [field, value] of Object.entries(holder)) {
        if (value.trim() === '') gaps[`holders.${key}.${field}`] = missing;
      }
    }
    if (people === 'me') return gaps;
    for (const [key, { name, email }] of Object.entries(accounts)) {
      if (email.trim() !== '' && name.trim() === '') gaps[`accounts.${key}.name`] = missing;
      if (email.trim() !== '' && !/^\S+@\S+$/.test(email.trim())) {
        gaps[`accounts.${key}.email`] = t('signIn.emailWrong');
      }
    }
    return gaps;
  };
}

function focusFirstWrong(): void {
  document.querySelector<HTMLElement>('form [aria-invalid="true"]')?.focus();
}
