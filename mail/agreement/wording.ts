/** What mails say: subject, sentences, facts and button in Bahasa Indonesia, from facts alone. */
import type { Notice } from '../../domain/agreement/notices.ts';
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

function aboutAgreement(facts: AboutAgreement, baseUrl: string): Wording {
  const { content, agreement, reader, office, day } = facts;
  const { renewal } = agreement;
  const values = { ...valuesOf(facts), ...noticeValues(noticeIn(content), facts) };
  const key = keyOf(content, agreement);
  const say = (part: string) => speak(`${key}.${part}`, values);
  const why = whyOf(facts, values) ?? say('why');
  const renewing =
    (content.template === 'reminder' || content.template === 'expired') && renewal !== null;
  const missed = content.template === 'reminder' && content.missed.length > 0;
  return {
    subject: say('subject'),
    preview: why,
    heading: say('heading'),
    greeting: speak('greeting', { reader }),
    paragraphs: [
      why,
      say('todo'),
      ...(renewing ? [speak('renewal-running', values)] : []),
      ...(missed ? [speak('missed')] : []),
    ],
    facts: [
      [speak('fact.agreement'), agreement.title],
      [speak('fact.kind'), nameOfCode(`kind.${agreement.kind}`)],
      [speak('fact.parties'), agreement.parties.map(partyWords).join(' · ')],
      [speak('fact.term'), formatTerm(agreement)],
      [speak('fact.stage'), nameOfCode(`stage.${agreement.stage}`)],
      ...noticeFacts(noticeIn(content), facts),
      [speak('fact.day'), formatDay(day)],
    ],
    button: {
      label: say('button'),
      href: `${baseUrl}/perjanjian/${renewing ? renewal.id : agreement.id}`,
    },
    footer: speak('footer', { office }),
  };
}

type Values = Record<string, string | number>;

function partyWords({ name, nameToday }: AgreementFacts['parties'][number]): string {
  return nameToday === null ? name : `${name} ${speak('nameToday', { name: nameToday })}`;
}

function valuesOf({ agreement, office }: AboutAgreement): Values {
  const { renewal } = agreement;
  return {
    title: agreement.title,
    kind: nameOfCode(`kind.${agreement.kind}`),
    end: formatDay(agreement.end),
    office,
    daysLeft: agreement.daysLeft,
    renewalTitle: renewal?.title ?? '',
    renewalStage: nameOfCode(`stage.${renewal?.stage ?? agreement.stage}`),
  };
}

/** What somebody did, where the mail tells of it. */
function noticeIn(content: AboutAgreement['content']): Notice | null {
  if (content.template === 'underlying-changed') return content.notice;
  return 'by' in content ? content : null;
}

function noticeValues(notice: Notice | null, { names }: AboutAgreement): Values {
  if (!notice) return {};
  const by = names[notice.by.officeId] ?? '—';
  switch (notice.template) {
    case 'returned':
      return { by, from: nameOfCode(`stage.${notice.from}`) };
    case 'numbered':
      return { by, party: names[notice.party] ?? '—', dated: formatDay(notice.dated) };
    case 'dates-changed':
      return { by, before: formatTerm(notice.before), after: formatTerm(notice.after) };
    case 'withdrawn':
    case 'ending-given-up':
      return { by };
    case 'corrected':
      return { by, party: names[notice.party ?? ''] ?? '', what: speak(`what.${notice.what}`) };
    case 'change-asked': {
      const awaits = notice.awaits.map((party) => names[party] ?? '—').join(', ');
      return { by, awaits, what: nameOfCode(`change.${notice.what}`) };
    }
    case 'change-declined':
      return { by, what: nameOfCode(`change.${notice.what}`) };
    case 'terminated': {
      const { lawful, lastDay } = notice;
      const day = lastDay === null ? '—' : formatDay(lastDay);
      return { by, reason: nameOfCode(`reason.${lawful}`), lastDay: day };
    }
  }
}

// Of an agreement underneath, the sentence is that which its own parties read.
function whyOf({ content, names, agreement }: AboutAgreement, values: Values): string | null {
  const notice = noticeIn(content);
  if (!notice) return null;
  const isUnderneath = content.template === 'underlying-changed';
  const kind = isUnderneath && content.relation === 'parent' ? 'mou' : agreement.kind;
  const about = isUnderneath
    ? { title: names[content.agreement] ?? '—', kind: nameOfCode(`kind.${kind}`) }
    : {};
  return speak(`${notice.template}.${variantOf(notice)}`, { ...values, ...about });
}

function variantOf(notice: Notice): string {
  if (notice.template === 'terminated' && notice.lastDay === null) return 'whyBefore';
  if (notice.template === 'change-declined' && notice.takenBack) return 'whyTakenBack';
  return notice.template === 'corrected' && notice.party !== null ? 'whyParty' : 'why';
}

function noticeFacts(
  notice: Notice | null,
  { names, since }: AboutAgreement,
): [name: string, value: string][] {
  if (!notice) return [];
  const reason = 'reason' in notice && notice.reason ? names[notice.reason] : undefined;
  return [
    [speak('fact.by'), names[notice.by.officeId] ?? '—'],
    [speak('fact.on'), formatDay(since)],
    ...(reason === undefined ? [] : [[speak('fact.reason'), reason] as [string, string]]),
  ];
}

function formatTerm({ start, end }: Pick<AgreementFacts, 'start' | 'end'>): string {
  return `${formatDay(start)} s.d. ${formatDay(end)}`;
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
function keyOf(content: AboutAgreement['content'], { renewal, daysLeft }: AgreementFacts): string {
  const { template } = content;
  if (template === 'your-turn') return `${template}.${content.stage}`;
  if (template === 'underlying-changed') return `${template}.${content.relation}`;
  if (template === 'expired') return `${template}.${renewal ? 'renewing' : 'open'}`;
  if (template !== 'reminder') return template;
  const when = daysLeft > 0 ? 'ahead' : 'last-day';
  return renewal ? `${template}.${when}-renewing` : `${template}.${when}`;
}
