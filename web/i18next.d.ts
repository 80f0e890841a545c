/** Keys of texts are checked when the pages are compiled. */
import 'i18next';
import type { codes, web } from '../texts/pages.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'web';
    resources: { web: typeof web; codes: typeof codes };
  }
}
