/**
 * The language of the pages. Bahasa Indonesia comes with them; a further language is a folder in
 * `texts/` and a line here.
 */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { codes, web } from '../../texts/pages.ts';

export const LANGUAGE = 'id';

/** Prepares the texts before the first page is drawn. */
export async function speak(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: LANGUAGE,
    fallbackLng: LANGUAGE,
    defaultNS: 'web',
    ns: ['web', 'codes'],
    resources: { id: { web, codes } },
    // React escapes by itself.
    interpolation: { escapeValue: false },
    initAsync: false,
    showSupportNotice: false,
  });
  document.documentElement.lang = LANGUAGE;
}
