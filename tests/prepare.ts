/** What `npm test` needs besides packages: a Chromium. Said before the tests begin. */
import { findChromium } from '../local/chromium.ts';
import { StartUpError } from '../local/start-up-error.ts';

try {
  await findChromium(process.env['CHROMIUM'], (line) => console.log(line));
} catch (error) {
  if (!(error instanceof StartUpError)) throw error;
  console.error(`\n${error.message}\n→ ${error.remedy}`);
  process.exit(1);
}
