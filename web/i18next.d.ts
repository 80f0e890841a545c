/** Keys of texts are checked when the pages are compiled. */
import 'i18next';
import type codes from '../texts/id/codes.json';
import type web from '../texts/id/web.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'web';
    resources: { web: typeof web; codes: typeof codes };
  }
}
