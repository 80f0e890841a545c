/** Giving the agreement other dates, with the reason. */
import { Alert, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { liesWithin } from '../../../../domain/shared/day.ts';
import type { Term } from '../../../../domain/shared/day.ts';
import { call } from '../../../connection/call.ts';
import { Icon } from '../../../ui/icons.tsx';
import { useTermWords } from '../../../ui/term.ts';
import { letterGaps, LetterInput, letterOf, noLetter } from '../../../ui/letter-input.tsx';
import type { LetterDraft } from '../../../ui/letter-input.tsx';
import { othersSigned } from './others.ts';
import { TermInput, useTermGaps } from '../../../ui/term-input.tsx';
import { Said } from '../../../ui/said.tsx';
import { CommandDialog, useCommand } from './command-dialog.tsx';
import type { CommandProps } from './command-dialog.tsx';
import type { CommandPage } from './command-page.ts';

export const datesPage: CommandPage = {
  Form: DatesForm,
  icon: 'calendar',
  weight: () => 'rare',
  label: (t) => t('command.changeDates.label'),
};

function DatesForm(props: CommandProps) {
  const { t } = useTranslation();
  const termGaps = useTermGaps();
  const wordsOf = useTermWords();
  const { agreement } = props;
  const { parent } = agreement;
  const isSigned = agreement.parties.some(({ signature }) => signature !== null);
  const approvalsLapse = !isSigned && agreement.approvals.some(({ approval }) => approval?.current);
  // All parties but the one that handed the text in clear it; those that have are off the desks.
  const clearancesLapse =
    agreement.stage === 'review' && agreement.desks.length < agreement.parties.length - 1;
  // Somebody may have signed since the form was opened.
  const letterFrom = (letter: LetterDraft) => (isSigned ? { ...letter, present: true } : letter);
  const hasParentEnded = parent?.stage === 'ended';
  const { parentException: excepted } = agreement;
  // An exception that was recorded for other dates does not cover these.
  const needsException = (term: Term) =>
    parent !== null &&
    (excepted === null || !liesWithin(term, excepted.term)) &&
    (hasParentEnded || !liesWithin(term, parent.term));
  const awaited = othersSigned(props);
  const sent = useCommand(props, {
    initialValues: {
      term: agreement.term,
      reason: '',
      parentException: '',
      evidence: noLetter,
      asMeant: false,
    },
    gaps: ({ term, reason, parentException, evidence }) => ({
      ...termGaps(term),
      ...(reason.trim() === '' && { reason: t('field.required') }),
      ...(needsException(term) &&
        parentException.trim() === '' && { parentException: t('field.required') }),
      ...letterGaps(letterFrom(evidence), t('field.required')),
    }),
    compose: ({ office, term, reason, parentException, evidence, asMeant }) => ({
      office,
      term,
      asMeant,
      reason,
      ...(needsException(term) && { parentException }),
      ...letterOf(letterFrom(evidence)),
    }),
    send: ({ id, body, once, revision }) =>
      call('post /agreements/{id}/dates', { params: { id }, body, once, revision }),
    done: t('command.changeDates.done'),
  });
  const { form } = sent;
  const { values } = form;
  return (
    <CommandDialog
      {...props}
      sent={sent}
      lead={t('command.changeDates.lead', { term: wordsOf(agreement.term) })}
    >
      {awaited.length > 0 && (
        <Alert color="blue" variant="light" icon={<Icon name="info" />}>
          {t('command.changeDates.needsConsent', {
            parties: awaited.map(({ name }) => name).join(', '),
          })}
        </Alert>
      )}
      {(approvalsLapse || clearancesLapse) && (
        <Alert color="yellow" variant="light" icon={<Icon name="info" />}>
          {approvalsLapse
            ? t('command.changeDates.approvalsLapse')
            : t('command.changeDates.clearancesLapse')}
        </Alert>
      )}
      <TermInput
        value={values.term}
        onChange={(term) => form.setFieldValue('term', term)}
        errors={form.errors}
      />
      <Said
        field="asMeant"
        label={t('command.asMeant')}
        error={form.errors['asMeant']}
        isSaid={values.asMeant}
        onSay={(isSaid) => form.setFieldValue('asMeant', isSaid)}
      />
      {parent && needsException(values.term) && (
        <Textarea
          label={t('command.changeDates.exception')}
          description={
            hasParentEnded
              ? t('command.changeDates.exceptionEnded')
              : t('command.changeDates.exceptionHint', { term: wordsOf(parent.term) })
          }
          withAsterisk
          autosize
          minRows={2}
          maxLength={2000}
          data-field="parentException"
          {...form.getInputProps('parentException')}
        />
      )}
      <Textarea
        label={t('field.reason')}
        withAsterisk
        autosize
        minRows={2}
        maxLength={2000}
        data-field="reason"
        {...form.getInputProps('reason')}
      />
      <LetterInput
        value={letterFrom(values.evidence)}
        onChange={(evidence) => form.setFieldValue('evidence', evidence)}
        required={isSigned}
        errors={form.errors}
      />
    </CommandDialog>
  );
}
