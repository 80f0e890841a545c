/** The plain sections of the page: the document, the proposer, the term, the area. */
import { NativeSelect, Radio, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import {
  basisInForce,
  DOCUMENT_FORMS,
  formSuits,
  LEGAL_BASES,
} from '../../../../domain/agreement/legal-basis.ts';
import type { Kind } from '../../../../domain/agreement/agreement.ts';
import { useSession } from '../../../connection/session.ts';
import { AreaInputs } from '../../../ui/area-inputs.tsx';
import { ChoiceInput } from '../../../ui/choice.tsx';
import { agreements, offices, regions } from '../../../ui/lookups.ts';
import { Section } from '../../../ui/section.tsx';
import { Said } from '../../../ui/said.tsx';
import { TermInput } from '../../../ui/term-input.tsx';
import { useTermWords } from '../../../ui/term.ts';
import { isBeyondParent } from './draft.ts';
import type { Draft } from './draft.ts';

type Props = { form: UseFormReturnType<Draft> };

export function DocumentSection({ form }: Props) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const { today } = useSession().installation;
  const { kind } = form.values;
  const chooseKind = (next: Kind) => {
    form.setFieldValue('kind', next);
    // The first form of the kind, where the present one does not carry it.
    const { form: present } = form.getValues();
    const fitting = DOCUMENT_FORMS.find(({ code }) => formSuits(code, next));
    if (!formSuits(present, next) && fitting) form.setFieldValue('form', fitting.code);
  };
  return (
    <Section title={t('proposal.document.title')}>
      <Stack>
        <Radio.Group
          label={t('proposal.document.kind')}
          value={kind}
          onChange={(value) => chooseKind(value === 'mou' ? 'mou' : 'pks')}
        >
          <Stack gap={8} mt={6}>
            <Radio
              value="pks"
              label={t('proposal.document.pks')}
              description={t('proposal.document.pksHint')}
            />
            <Radio
              value="mou"
              label={t('proposal.document.mou')}
              description={t('proposal.document.mouHint')}
            />
          </Stack>
        </Radio.Group>
        <TextInput
          label={t('proposal.document.name')}
          placeholder={t('proposal.document.nameExample')}
          withAsterisk
          maxLength={300}
          data-field="title"
          {...form.getInputProps('title')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NativeSelect
            label={t('agreement.facts.form')}
            data={DOCUMENT_FORMS.filter(({ code }) => formSuits(code, kind)).map(({ code }) => ({
              value: code,
              label: nameOf(`form.${code}`),
            }))}
            data-field="form"
            {...form.getInputProps('form')}
          />
          <NativeSelect
            label={t('agreement.facts.basis')}
            description={t('proposal.document.basisHint')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            data={LEGAL_BASES.filter(({ code }) => basisInForce(code, today)).map(({ code }) => ({
              value: code,
              label: nameOf(`legalBasis.${code}`),
            }))}
            data-field="legalBasis"
            {...form.getInputProps('legalBasis')}
          />
        </SimpleGrid>
      </Stack>
    </Section>
  );
}

export function ProposerSection({ form }: Props) {
  const { t } = useTranslation();
  const { proposer, region, own } = form.values;
  return (
    <Section title={t('proposal.proposer.title')}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <ChoiceInput
          label={t('proposal.proposer.office')}
          description={t('proposal.proposer.officeHint')}
          required
          value={proposer}
          onChange={(choice) => form.setFieldValue('proposer', choice)}
          lookup={offices({ actingFor: 'agreement.create' })}
          error={form.errors['proposer']}
          field="proposer"
        />
        <ChoiceInput
          label={t('agreement.facts.region')}
          description={t('proposal.proposer.regionHint')}
          required
          value={region}
          onChange={(choice) => {
            form.setFieldValue('region', choice && { id: choice.id, name: choice.name });
            form.setFieldValue('own', { ...own, region: true });
          }}
          lookup={regions()}
          error={form.errors['region']}
          field="region"
        />
      </SimpleGrid>
    </Section>
  );
}

export function TermSection({ form }: Props) {
  const { t } = useTranslation();
  const wordsOf = useTermWords();
  const { kind, term, parent, own } = form.values;
  return (
    <Section title={t('proposal.term.title')}>
      <Stack>
        <TermInput
          value={term}
          onChange={(next) => {
            form.setFieldValue('term', next);
            form.setFieldValue('own', { ...own, term: true });
          }}
          errors={form.errors}
        />
        <Said
          field="asMeant"
          label={t('command.asMeant')}
          error={form.errors['asMeant']}
          isSaid={form.values.asMeant}
          onSay={(isSaid) => form.setFieldValue('asMeant', isSaid)}
        />
        {kind === 'pks' && (
          <ChoiceInput
            label={t('proposal.term.parent')}
            description={t('proposal.term.parentHint')}
            placeholder={t('command.renew.noParent')}
            value={parent}
            onChange={(choice) =>
              form.setFieldValue(
                'parent',
                choice && { id: choice.id, name: choice.name, term: choice.agreement.term },
              )
            }
            lookup={openMous}
            error={form.errors['parent']}
            field="parent"
            clearable
          />
        )}
        {kind === 'pks' && parent && isBeyondParent(form.values) && (
          <Textarea
            label={t('command.renew.exception')}
            description={t('command.changeDates.exceptionHint', { term: wordsOf(parent.term) })}
            withAsterisk
            autosize
            minRows={2}
            maxLength={2000}
            data-field="parentException"
            {...form.getInputProps('parentException')}
          />
        )}
      </Stack>
    </Section>
  );
}

export function AreaSection({ form }: Props) {
  const { t } = useTranslation();
  const { area, submittingOffices } = form.values;
  return (
    <Section title={t('proposal.area.title')}>
      <Stack>
        <AreaInputs
          area={area}
          submittingOffices={submittingOffices}
          onChange={(part) => form.setValues(part)}
          errors={form.errors}
        />
      </Stack>
    </Section>
  );
}

const openMous = agreements({
  kind: 'mou',
  stage: ['proposal', 'drafting', 'review', 'approval', 'signing', 'active'],
});
