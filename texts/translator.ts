/** Sentences for people, from the files beside this one. A new language is a new folder. */
import i18next from 'i18next';
import codes from './id/codes.json' with { type: 'json' };
import fields from './id/fields.json' with { type: 'json' };
import mail from './id/mail.json' with { type: 'json' };
import problems from './id/problems.json' with { type: 'json' };

const texts = { codes, fields, problems, mail };

const instance = i18next.createInstance();
void instance.init({
  lng: 'id',
  fallbackLng: 'id',
  resources: { id: texts },
  // Keys are codes with one dot: `TermReversed.detail`.
  interpolation: { escapeValue: false },
  // Of a refusal that is repeated long after, only the code is known.
  missingInterpolationHandler: () => '—',
  initAsync: false,
  showSupportNotice: false,
});

/** Speaks the sentences of one file. A missing sentence is answered by its key. */
export function translator(file: keyof typeof texts) {
  // Keys are put together from codes; the pages' texts are the ones whose keys are checked.
  const speak = instance.t as (key: string, values: Record<string, string | number>) => string;
  return (key: string, values: Record<string, string | number> = {}): string =>
    speak(key, { ns: file, ...values });
}
