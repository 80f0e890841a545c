/** What mails say: subject, sentences, facts and button in Bahasa Indonesia, from facts alone. */
import { formatDay } from '../../texts/format.ts';
import { translator } from '../../texts/translator.ts';
import type { AgreementFacts, MailFacts } from './facts.ts';

/** A mail's words, before they have a shape. */
export type Wording = {
  subject: string;
  preview: string;
  heading: string;
  greeting: string;
  paragraphs: string[];
  /** The facts in a short table, name and value. */
  facts: [name: string, value: string][];
  button: { label: string; href: string };
  /** Why this person gets this mail. */
  footer: string;
};

type AboutAgreement = Extract<MailFacts, { about: 'agreement' }>;
type AboutAudit = Extract<MailFacts, { about: 'audit' }>;

const speak = translator('mail');
const nameOfCode = translator('codes');

/** The words that these facts call for. `baseUrl` is where the pages are. */
export function wordingOf(facts: MailFacts, baseUrl: string): Wording {
  return facts.about === 'agreement' ? aboutAgreement(facts, baseUrl) : aboutAudit(facts, baseUrl);
}

function aboutAgreement(
  { content, agreement, reader, office, day }: AboutAgreement,
  baseUrl: string,
): Wording {
  const { renewal } = agreement;
  const values: Record<string, string | number> = {
    title: agreement.title,
    kind: nameOfCode(`kind.${agreement.kind}`),
    end: formatDay(agreement.end),
    office,
    daysLeft: 'daysLeft' in content ? content.daysLeft : 0,
    renewalTitle: renewal?.title ?? '',
    renewalStage: nameOfCode(`stage.${renewal?.stage ?? agreement.stage}`),
  };
  const key = keyOf(content, agreement);
  const say = (part: string) => speak(`${key}.${part}`, values);
  const renewing = content.template !== 'your-turn' && renewal !== null;
  const missed = content.template === 'reminder' && content.missed.length > 0;
  return {
    subject: say('subject'),
    preview: say('why'),
    heading: say('heading'),
    greeting: speak('greeting', { reader }),
    paragraphs: [
      say('why'),
      say('todo'),
      ...(renewing ? [speak('renewal-running', values)] : []),
      ...(missed ? [speak('missed')] : []),
    ],
    facts: [
      [speak('fact.agreement'), agreement.title],
      [speak('fact.kind'), nameOfCode(`kind.${agreement.kind}`)],
      [speak('fact.parties'), agreement.parties.join(' · ')],
      [speak('fact.term'), `${formatDay(agreement.start)} s.d. ${formatDay(agreement.end)}`],
      [speak('fact.stage'), nameOfCode(`stage.${agreement.stage}`)],
      [speak('fact.day'), formatDay(day)],
    ],
    button: {
      label: say('button'),
      href: `${baseUrl}/perjanjian/${renewing ? renewal.id : agreement.id}`,
    },
    footer: speak('footer', { office }),
  };
}

function aboutAudit({ seal, reader, office, day }: AboutAudit, baseUrl: string): Wording {
  const say = (part: string) => speak(`audit-anchor.${part}`, { day: formatDay(day) });
  return {
    subject: say('subject'),
    preview: say('why'),
    heading: say('heading'),
    greeting: speak('greeting', { reader }),
    paragraphs: [say('why'), say('todo')],
    facts: [
      [say('anchor'), `${seal.seq}:${seal.hash}`],
      [speak('fact.day'), formatDay(day)],
    ],
    button: { label: say('button'), href: `${baseUrl}/kotak-keluar` },
    footer: speak('footer', { office }),
  };
}

// What is asked for depends on the stage in which the text arrives.
function keyOf(content: AboutAgreement['content'], { renewal }: AgreementFacts): string {
  if (content.template === 'your-turn') return `your-turn.${content.stage}`;
  if (content.template === 'reminder') {
    const when = content.daysLeft > 0 ? 'ahead' : 'last-day';
    return renewal ? `reminder.${when}-renewing` : `reminder.${when}`;
  }
  return renewal ? 'expired.renewing' : 'expired.open';
}
