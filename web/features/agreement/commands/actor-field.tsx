/** Who acted: oneself in the app, or an office holder on paper whose act one records. */
import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Day } from '../../../../domain/shared/day.ts';
import type { LetterDraft } from '../../../ui/letter-input.tsx';
import { HolderField } from './holder-field.tsx';

/** The acting person in a form. */
export type Actor = { who: 'me' | 'paper'; holder: string };

export const myself: Actor = { who: 'me', holder: '' };

/** The acting person as the API takes it. */
export function actorOf({ who, holder }: Actor): { actedBy?: string } {
  return who === 'paper' ? { actedBy: holder } : {};
}

/** What is missing. */
export function actorGaps({ who, holder }: Actor, missing: string): Record<string, string> {
  return who === 'paper' && holder === '' ? { actedBy: missing } : {};
}

/** The letter that goes with it: an act on paper is shown by one. */
export function letterFor({ who }: Actor, letter: LetterDraft): LetterDraft {
  return who === 'paper' ? { ...letter, present: true } : letter;
}

export function ActorField({
  label,
  office,
  on,
  value,
  onChange,
  error,
}: {
  label: string;
  /** The office whose holders are offered; none for a party without an office here. */
  office: string | null;
  on: Day;
  value: Actor;
  onChange: (actor: Actor) => void;
  error?: React.ReactNode;
}) {
  const { t } = useTranslation();
  if (office === null) return null;
  return (
    <Stack gap="xs">
      <Radio.Group
        label={label}
        value={value.who}
        onChange={(who) => onChange({ ...value, who: who === 'paper' ? 'paper' : 'me' })}
        error={value.who === 'me' ? error : undefined}
      >
        <Stack gap={6} mt={6}>
          <Radio value="me" label={t('command.holder.me')} />
          <Radio value="paper" label={t('command.holder.paper')} />
        </Stack>
      </Radio.Group>
      {value.who === 'paper' && (
        <HolderField
          label={t('command.holder.label')}
          where={{ office }}
          on={on}
          value={value.holder}
          onChange={(holder) => onChange({ ...value, holder })}
          error={error}
        />
      )}
    </Stack>
  );
}
