/** The two or three who shall bind themselves: offices here, or others by name. */
import {
  Alert,
  Button,
  Fieldset,
  Group,
  NativeSelect,
  SegmentedControl,
  Stack,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { Side } from '../../../../domain/agreement/agreement.ts';
import { capital } from '../../../../texts/format.ts';
import { ChoiceInput } from '../../../ui/choice.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { bpjsOffices, offices } from '../../../ui/lookups.ts';
import { Section } from '../../../ui/section.tsx';
import { aParty } from './draft.ts';
import type { Draft, PartyDraft } from './draft.ts';

const SIDES: readonly Side[] = ['government', 'bpjs', 'other'];

export function PartiesSection({ form }: { form: UseFormReturnType<Draft> }) {
  const { t } = useTranslation();
  const { parties, own } = form.values;
  const change = (next: PartyDraft[]) => {
    form.setFieldValue('parties', next);
    form.setFieldValue('own', { ...own, parties: true });
  };
  return (
    <Section title={t('proposal.parties.title')}>
      <Stack>
        {form.errors['parties'] && (
          <Alert color="red" variant="light" icon={<Icon name="warning" />}>
            {form.errors['parties']}
          </Alert>
        )}
        {parties.map((party, at) => (
          <PartyFields
            key={party.key}
            party={party}
            at={at}
            errors={form.errors}
            onChange={(next) => change(parties.map((each) => (each === party ? next : each)))}
            onRemove={
              parties.length > 2 ? () => change(parties.filter((each) => each !== party)) : null
            }
          />
        ))}
        {parties.length < 3 && (
          <Button
            variant="default"
            leftSection={<Icon name="plus" />}
            style={{ alignSelf: 'flex-start' }}
            onClick={() => change([...parties, aParty('other')])}
          >
            {t('proposal.parties.add')}
          </Button>
        )}
      </Stack>
    </Section>
  );
}

function PartyFields({
  party,
  at,
  errors,
  onChange,
  onRemove,
}: {
  party: PartyDraft;
  at: number;
  errors: Record<string, React.ReactNode>;
  onChange: (party: PartyDraft) => void;
  onRemove: (() => void) | null;
}) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { side, how, office, outside } = party;
  const field = `parties.${at}`;
  return (
    <Fieldset legend={t('proposal.parties.nth', { n: at + 1 })} variant="filled">
      <Stack gap="sm">
        <Group gap="sm" align="end">
          <NativeSelect
            label={t('proposal.parties.side')}
            value={side}
            onChange={({ currentTarget }) =>
              onChange({ ...party, side: currentTarget.value as Side, office: null })
            }
            data={SIDES.map((each) => ({ value: each, label: capital(nameOf(`side.${each}`)) }))}
          />
          <SegmentedControl
            w={{ base: '100%', xs: 'auto' }}
            aria-label={t('proposal.parties.how')}
            value={how}
            onChange={(value) =>
              onChange({ ...party, how: value === 'outside' ? 'outside' : 'office' })
            }
            data={[
              { value: 'office', label: t('proposal.parties.office') },
              { value: 'outside', label: t('proposal.parties.outside') },
            ]}
          />
          {onRemove && (
            <Button variant="subtle" color="red" c="red.9" onClick={onRemove}>
              {t('proposal.remove')}
            </Button>
          )}
        </Group>
        {how === 'office' ? (
          <ChoiceInput
            label={t('proposal.parties.officeName')}
            placeholder={t('choice.search')}
            required
            value={office}
            onChange={(choice) => onChange({ ...party, office: choice })}
            lookup={side === 'bpjs' ? bpjsOffices() : offices({}, ({ kind }) => suits(kind, side))}
            error={errors[`${field}.office`] ?? errors[`${field}.side`]}
            field={`${field}.office`}
          />
        ) : (
          <TextInput
            label={t('proposal.parties.outsideName')}
            description={t('proposal.parties.outsideHint')}
            withAsterisk
            maxLength={200}
            value={outside}
            onChange={({ currentTarget }) => onChange({ ...party, outside: currentTarget.value })}
            error={errors[`${field}.outside`]}
            data-field={`${field}.outside`}
          />
        )}
      </Stack>
    </Fieldset>
  );
}

function suits(kind: string, side: Side): boolean {
  return kind !== 'operator' && (side === 'other' || !kind.startsWith('bpjs'));
}
