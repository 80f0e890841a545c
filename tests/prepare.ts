/** What `npm test` needs besides packages: a Chromium. Said before the tests begin. */
import { findChromium } from '../local/chromium.ts';
import { Trouble } from '../local/trouble.ts';

try {
  await findChromium(process.env['CHROMIUM'], (line) => console.log(line));
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  console.error(`\n${error.message}\n→ ${error.remedy}`);
  process.exit(1);
}
