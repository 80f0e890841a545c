/** Beginning the renewal: a new agreement that follows this one, through the full procedure. */
import { NativeSelect, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { liesWithin } from '../../../../domain/shared/day.ts';
import type { Term } from '../../../../domain/shared/day.ts';
import {
  DOCUMENT_FORMS,
  formSuits,
  LEGAL_BASES,
  basisInForce,
} from '../../../../domain/agreement/legal-basis.ts';
import type { DocumentForm, LegalBasis } from '../../../../domain/agreement/legal-basis.ts';
import { nextTerm } from '../../../../domain/agreement/next-term.ts';
import { gapDays } from '../../../../domain/agreement/renewal.ts';
import { formatNumber } from '../../../../texts/format.ts';
import { call } from '../../../connection/call.ts';
import { AreaInputs } from '../../../ui/area-inputs.tsx';
import { ChoiceInput } from '../../../ui/choice.tsx';
import type { Choice } from '../../../ui/choice.tsx';
import { FormDialog } from '../../../ui/form-dialog.tsx';
import { agreements, bpjsOffices, offices } from '../../../ui/lookups.ts';
import { useSentForm } from '../../../ui/sent-form.ts';
import { Said } from '../../../ui/said.tsx';
import { TermInput, useTermGaps } from '../../../ui/term-input.tsx';
import { useTermWords } from '../../../ui/term.ts';
import { nextTitle } from '../next-title.ts';
import { agreementQuery } from '../reading.ts';
import type { Agreement } from '../reading.ts';
import { TwinLink } from '../twins.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';

// The first reminder of the rules that come with the product.
const RENEWAL_SEASON = 180;

export const renewPage: CommandPage = {
  Form: RenewForm,
  icon: 'refresh',
  weight: ({ daysLeft }) => (daysLeft <= RENEWAL_SEASON ? 'main' : 'beside'),
  label: (t) => t('command.renew.label'),
};

type Party = Agreement['parties'][number];

/** The MoU above, with the term inside which a PKS has to lie. */
type Parent = Choice & { term: Term };

type RenewalDraft = {
  office: string;
  title: string;
  form: DocumentForm;
  legalBasis: LegalBasis;
  term: Term;
  asMeant: boolean;
  parent: Parent | null;
  parentException: string;
  area: Choice[];
  submittingOffices: Choice[];
  /** Those that were outside and have joined, with the offices that take their place. */
  parties: { party: Party; office: Choice | null }[];
  /** Said once it was asked: another one may run beside it. */
  alongside: boolean;
};

function RenewForm({ agreement, offer, label, onClose }: CommandProps) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const navigate = useNavigate();
  const client = useQueryClient();
  const termGaps = useTermGaps();
  const wordsOf = useTermWords();
  const { id, kind, parent: above, ending } = agreement;
  const lastDay = ending?.lastDay ?? agreement.term.end;
  const term = nextTerm({ start: agreement.term.start, end: lastDay }, agreement.today);
  const isBeyond = (chosen: Term, parent: Parent | null) =>
    parent !== null && !liesWithin(chosen, parent.term);

  const draft: RenewalDraft = {
    office: offer.offices[0]?.id ?? '',
    title: nextTitle(agreement.title, agreement.term, term),
    form: agreement.form,
    legalBasis: agreement.legalBasis,
    term,
    asMeant: false,
    parent:
      above && above.stage !== 'ended'
        ? { id: above.id, name: above.title, term: above.term }
        : null,
    parentException: '',
    area: agreement.area.map(({ code, name }) => ({ id: code, name })),
    submittingOffices: agreement.submittingOffices.map(({ id: office, name }) => ({
      id: office,
      name,
    })),
    parties: agreement.parties
      .filter(({ joined }) => joined !== null)
      .map((party) => ({ party, office: party.joined?.office ?? null })),
    alongside: false,
  };
  const sent = useSentForm({
    initialValues: draft,
    gaps: ({ title, term: chosen, parent, parentException, parties }) => ({
      ...Object.fromEntries(
        parties.flatMap(({ office }, at) =>
          office ? [] : [[`parties.${at}.office`, t('field.required')]],
        ),
      ),
      ...(title.trim() === '' && { title: t('field.required') }),
      ...termGaps(chosen),
      ...(isBeyond(chosen, parent) &&
        parentException.trim() === '' && { parentException: t('field.required') }),
    }),
    compose: ({ parent, parentException, area, submittingOffices, parties, ...renewal }) => ({
      ...renewal,
      parent: parent?.id ?? null,
      ...(isBeyond(renewal.term, parent) && { parentException }),
      area: area.length > 0 ? area.map(({ id: code }) => code) : [agreement.region.code],
      submittingOffices: submittingOffices.map(({ id: office }) => office),
      parties: parties.map(({ party, office }) => ({ party: party.id, office: office?.id ?? '' })),
    }),
    send: ({ body, once }) =>
      call('post /agreements/{id}/renewals', { params: { id }, body, once }),
    onDone: (renewal) => {
      client.setQueryData(agreementQuery(renewal.id).queryKey, renewal);
      void client.invalidateQueries({ queryKey: ['agreements'] });
      void client.invalidateQueries({ queryKey: ['agreement', id] });
      notifications.show({ message: t('command.renew.done'), color: 'green' });
      onClose();
      void navigate({ to: '/perjanjian/$id', params: { id: renewal.id } });
    },
  });
  const { form } = sent;
  const { values } = form;
  const gap = values.term.start === '' ? 0 : gapDays({ start: '', end: lastDay }, values.term);
  return (
    <FormDialog
      title={label}
      lead={t('command.renew.lead')}
      sent={sent}
      submitLabel={label}
      onClose={onClose}
      remedy={<TwinLink sending={sent.sending} />}
    >
      {offer.offices.length > 1 && (
        <NativeSelect
          label={t('field.office')}
          description={t('field.officeHint')}
          data={offer.offices.map((office) => ({ value: office.id, label: office.name }))}
          data-field="office"
          {...form.getInputProps('office')}
        />
      )}
      <TextInput
        label={t('command.renew.title')}
        withAsterisk
        maxLength={300}
        data-autofocus
        data-field="title"
        {...form.getInputProps('title')}
      />
      {values.parties.map(({ party, office }, at) => (
        <ChoiceInput
          key={party.id}
          label={t('command.renew.joined', { party: party.name })}
          description={t('command.renew.joinedHint', {
            institution: party.joined?.institution.name ?? '',
          })}
          placeholder={t('choice.search')}
          required
          value={office}
          onChange={(choice) => form.setFieldValue(`parties.${at}.office`, choice)}
          lookup={officesOf(party)}
          error={form.errors[`parties.${at}.office`]}
          field={`parties.${at}.office`}
        />
      ))}
      <div>
        <TermInput
          value={values.term}
          onChange={(chosen) => form.setFieldValue('term', chosen)}
          errors={form.errors}
        />
        <Text size="sm" c="dimmed" mt={6} role="status">
          {gap > 0 ? t('command.renew.gap', { n: formatNumber(gap) }) : t('command.renew.noGap')}
        </Text>
      </div>
      <Said
        field="asMeant"
        label={t('command.asMeant')}
        error={form.errors['asMeant']}
        isSaid={values.asMeant}
        onSay={(isSaid) => form.setFieldValue('asMeant', isSaid)}
      />
      {kind === 'pks' && (
        <ChoiceInput
          label={t('command.renew.parent')}
          placeholder={t('command.renew.noParent')}
          value={values.parent}
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
      {values.parent && isBeyond(values.term, values.parent) && (
        <Textarea
          label={t('command.renew.exception')}
          description={t('command.changeDates.exceptionHint', {
            term: wordsOf(values.parent.term),
          })}
          withAsterisk
          autosize
          minRows={2}
          maxLength={2000}
          data-field="parentException"
          {...form.getInputProps('parentException')}
        />
      )}
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
        data={LEGAL_BASES.filter(({ code }) => basisInForce(code, agreement.today)).map(
          ({ code }) => ({ value: code, label: nameOf(`legalBasis.${code}`) }),
        )}
        data-field="legalBasis"
        {...form.getInputProps('legalBasis')}
      />
      <AreaInputs
        area={values.area}
        submittingOffices={values.submittingOffices}
        onChange={(part) => form.setValues(part)}
        errors={form.errors}
      />
      <Said
        field="alongside"
        label={t('agreement.twins.alongside')}
        error={form.errors['alongside']}
        isSaid={values.alongside}
        onSay={(isSaid) => form.setFieldValue('alongside', isSaid)}
      />
    </FormDialog>
  );
}

function officesOf({ side, joined }: Party) {
  return side === 'bpjs' ? bpjsOffices() : offices({ institution: joined?.institution.id ?? '' });
}

const openMous = agreements({
  kind: 'mou',
  stage: ['proposal', 'drafting', 'review', 'approval', 'signing', 'active'],
});
