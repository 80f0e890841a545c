/** Where an agreement is to hold, and who may hand in lists of people under it. */
import { useTranslation } from 'react-i18next';
import { ChoicesInput } from './choice.tsx';
import type { Choice } from './choice.tsx';
import { offices, regions } from './lookups.ts';

type Chosen = { area: Choice[]; submittingOffices: Choice[] };

type AreaInputsProps = Chosen & {
  onChange: (part: Partial<Chosen>) => void;
  errors: Record<string, React.ReactNode>;
};

export function AreaInputs({ area, submittingOffices, onChange, errors }: AreaInputsProps) {
  const { t } = useTranslation();
  return (
    <>
      <ChoicesInput
        label={t('proposal.area.area')}
        description={t('proposal.area.areaHint')}
        value={area}
        onChange={(choices) => onChange({ area: choices })}
        lookup={regions([1, 2, 3])}
        error={errors['area']}
        field="area"
      />
      <ChoicesInput
        label={t('proposal.area.submitting')}
        description={t('proposal.area.submittingHint')}
        value={submittingOffices}
        onChange={(choices) => onChange({ submittingOffices: choices })}
        lookup={offices({}, ({ kind }) => !kind.startsWith('bpjs') && kind !== 'operator')}
        error={errors['submittingOffices']}
        field="submittingOffices"
      />
    </>
  );
}
