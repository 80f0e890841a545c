/** What shows that an act took place on paper: that the paper is old, where that was asked, and its letter. */
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import {
  letterGaps,
  LetterInput,
  letterOf,
  letterWanted,
  noLetter,
} from '../../../ui/letter-input.tsx';
import type { LetterDraft } from '../../../ui/letter-input.tsx';
import { Said } from '../../../ui/said.tsx';

export type PaperDraft = { oldPaper: boolean; evidence: LetterDraft };

/** Nothing filled in yet; the act of a party outside the system is nothing without its letter. */
export function emptyPaper(isOutside: boolean): PaperDraft {
  return { oldPaper: false, evidence: isOutside ? letterWanted : noLetter };
}

/** What is missing, by field. */
export function paperGaps({ evidence }: PaperDraft, missing: string) {
  return letterGaps(evidence, missing);
}

/** The paper as the API takes it. */
export function paperOf({ oldPaper, evidence }: PaperDraft) {
  return { oldPaper, ...letterOf(evidence) };
}

export function PaperFields<Values extends PaperDraft>({
  form,
  isOutside,
}: {
  form: UseFormReturnType<Values>;
  isOutside: boolean;
}) {
  const { t } = useTranslation();
  const { values, errors } = form;
  return (
    <>
      <Said
        field="oldPaper"
        label={t('command.oldPaper')}
        error={errors['oldPaper']}
        isSaid={values.oldPaper}
        onSay={(isSaid) => form.setFieldValue('oldPaper', isSaid as never)}
      />
      <LetterInput
        value={values.evidence}
        onChange={(evidence) => form.setFieldValue('evidence', evidence as never)}
        required={isOutside}
        errors={errors}
      />
    </>
  );
}
