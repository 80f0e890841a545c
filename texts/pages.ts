/** The texts of the pages and the names of codes: those of all contexts, as one tree each. */
import { codes as agreementCodes, pages as agreement } from './id/agreement.json';
import { pages as calendar } from './id/calendar.json';
import { pages as clock } from './id/clock.json';
import { codes as mailCodes, pages as mail } from './id/mail.json';
import { codes as officeCodes, pages as office } from './id/office.json';
import { pages as shared } from './id/shared.json';
import { pages as signIn } from './id/sign-in.json';

// By name, so that the pages fetch nothing of what only the server says.
export const web = {
  ...shared,
  ...signIn,
  ...office,
  ...calendar,
  ...agreement,
  ...mail,
  ...clock,
};
export const codes = { ...officeCodes, ...agreementCodes, ...mailCodes };
