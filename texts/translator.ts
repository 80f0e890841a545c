/** Sentences for people, from a file a context in `id`. A new language is a new folder. */
import i18next from 'i18next';
import agreement from './id/agreement.json' with { type: 'json' };
import clock from './id/clock.json' with { type: 'json' };
import mail from './id/mail.json' with { type: 'json' };
import office from './id/office.json' with { type: 'json' };
import shared from './id/shared.json' with { type: 'json' };
import signIn from './id/sign-in.json' with { type: 'json' };

/** What the server says, those of all contexts together. */
export const texts = {
  codes: { ...office.codes, ...agreement.codes, ...mail.codes },
  fields: shared.fields,
  problems: {
    ...shared.problems,
    ...signIn.problems,
    ...office.problems,
    ...agreement.problems,
    ...mail.problems,
    ...clock.problems,
  },
  mail: { ...mail.mails, ...agreement.mails },
};

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

/** Speaks the sentences of one kind. A missing sentence is answered by its key. */
export function translator(kind: keyof typeof texts) {
  // Keys are put together from codes; the pages' texts are the ones whose keys are checked.
  const speak = instance.t as (key: string, values: Record<string, string | number>) => string;
  return (key: string, values: Record<string, string | number> = {}): string =>
    speak(key, { ns: kind, ...values });
}
