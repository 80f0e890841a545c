/** Gives a mail's words their shape: HTML and plain text. */
import { render } from '@react-email/render';
import type { MailFacts } from './agreement/facts.ts';
import { Letter } from './letter.tsx';
import { wordingOf } from './agreement/wording.ts';
import type { Wording } from './agreement/wording.ts';

/** A mail as it is sent and shown. */
export type Composed = { subject: string; html: string; text: string };

/** The mail that these facts call for. `baseUrl` is where the pages are. */
export async function compose(facts: MailFacts, baseUrl: string): Promise<Composed> {
  const wording = wordingOf(facts, baseUrl);
  const html = await render(<Letter {...wording} />);
  return { subject: wording.subject, html, text: plain(wording) };
}

function plain({ heading, greeting, paragraphs, facts, button, footer }: Wording): string {
  const table = facts.map(([name, value]) => `${name}: ${value}`).join('\n');
  const action = `${button.label}:\n${button.href}`;
  return [heading, greeting, ...paragraphs, table, action, '--', footer].join('\n\n').concat('\n');
}
