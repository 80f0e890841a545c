/**
 * The page of each command, in the order in which people look for them. A command without a page does
 * not compile.
 */
import { approvePage } from './commands/approve-form.tsx';
import type { CommandPage } from './commands/command-page.ts';
import { confirmPage } from './commands/confirm-form.tsx';
import { continuePage } from './commands/continue-form.tsx';
import { correctNumberPage } from './commands/correct-number-form.tsx';
import { correctSignaturePage } from './commands/correct-signature-form.tsx';
import { correctTitlePage } from './commands/correct-title-form.tsx';
import { datesPage } from './commands/dates-form.tsx';
import { declinePage } from './commands/decline-form.tsx';
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
  confirmChange: confirmPage,
  declineChange: declinePage,
  submit: submitPage,
  approve: approvePage,
  recordNumber: numberPage,
  sign: signPage,
  renew: renewPage,
  return: returnPage,
  passTurn: passPage,
  changeDates: datesPage,
  correctTitle: correctTitlePage,
  correctNumber: correctNumberPage,
  correctSignature: correctSignaturePage,
  withdraw: withdrawPage,
  terminate: terminatePage,
  continue: continuePage,
};
