/**
 * The page of each command, in the order in which people look for them. A command without a page does
 * not compile.
 */
import { approvePage } from './commands/approve-form.tsx';
import type { CommandPage } from './commands/command-page.ts';
import { datesPage } from './commands/dates-form.tsx';
import { numberPage } from './commands/number-form.tsx';
import { passPage } from './commands/pass-form.tsx';
import { renewPage } from './commands/renew-form.tsx';
import { returnPage } from './commands/return-form.tsx';
import { signPage } from './commands/sign-form.tsx';
import { submitPage } from './commands/submit-form.tsx';
import { terminatePage } from './commands/terminate-form.tsx';
import { withdrawPage } from './commands/withdraw-form.tsx';
import type { CommandName } from './offers.ts';

export const COMMAND_PAGES: Record<CommandName, CommandPage> = {
  submit: submitPage,
  approve: approvePage,
  recordNumber: numberPage,
  sign: signPage,
  renew: renewPage,
  return: returnPage,
  passTurn: passPage,
  changeDates: datesPage,
  withdraw: withdrawPage,
  terminate: terminatePage,
};
