/** What a mail's sentences are made of: its reader, and the agreement or seal it speaks about. */
import { lastDayOf, listedParties } from '../../domain/agreement/agreement.ts';
import type { AgreementState, Stage } from '../../domain/agreement/agreement.ts';
import type { MailContent } from '../../domain/agreement/notices.ts';
import { formerAt } from '../../domain/office/former-name.ts';
import { daysBetween } from '../../domain/shared/day.ts';
import type { Day } from '../../domain/shared/day.ts';
import { toDay } from '../../prisma/day-column.ts';
import type { Sources } from '../sources.ts';

/** An outbox row, as far as its sentences depend on it. */
export type Written = {
  agreementId: string | null;
  template: string;
  content: unknown;
  businessDay: Date;
};

/** Everything a template may say about an agreement. */
export type AgreementFacts = {
  id: string;
  kind: 'mou' | 'pks';
  title: string;
  /** The name under which each party signed, and today's where it is another one. */
  parties: { name: string; nameToday: string | null }[];
  stage: Stage;
  start: Day;
  end: Day;
  /** Until the last day, counted from the day on which the mail is written. */
  daysLeft: number;
  renewal: { id: string; title: string; stage: Stage } | null;
};

type Addressed = {
  /** Who reads it: a person by name, or an office. */
  reader: string;
  office: string;
  /** The day on which it is written. */
  day: Day;
};

/** A mail about an agreement, or the weekly one about the audit chain. */
export type MailFacts =
  | (Addressed & {
      about: 'agreement';
      content: MailContent;
      agreement: AgreementFacts;
      /** The business day of its cause. */
      since: Day;
      /** What the ids in its content stand for. */
      names: Record<string, string>;
    })
  | (Addressed & { about: 'audit'; seal: { seq: number; hash: string } });

/**
 * The facts of a mail to this reader as they stand on a day; today where none is given. None for a mail
 * whose agreement is not there.
 */
export function factsOf(
  { agreementId, template, content, businessDay }: Written,
  sources: Sources,
  to: Pick<Addressed, 'reader' | 'office'>,
  day = sources.today,
): MailFacts | null {
  if (agreementId === null) {
    const seal = content as { seq: number; hash: string };
    return { ...to, day: toDay(businessDay), about: 'audit', seal };
  }
  if (!sources.agreement) return null;
  return {
    ...to,
    day,
    about: 'agreement',
    content: { template, ...(content as object) } as MailContent,
    agreement: agreementFacts(sources.agreement, sources, day),
    since: toDay(businessDay),
    names: sources.names,
  };
}

function agreementFacts(
  agreement: AgreementState,
  { title, renewal, names, former }: Sources,
  day: Day,
): AgreementFacts {
  const { id, kind, stage, term } = agreement;
  const lastDay = lastDayOf(agreement);
  return {
    id,
    kind,
    title: title ?? '—',
    parties: listedParties(agreement).map((party) => {
      const before = formerAt(former, party.id, party.signedAt);
      const today = names[party.id] ?? '—';
      return before && before.name !== today
        ? { name: before.name, nameToday: today }
        : { name: today, nameToday: null };
    }),
    stage,
    start: term.start,
    end: lastDay,
    daysLeft: daysBetween(day, lastDay),
    renewal: renewal && { id: renewal.id, title: renewal.title, stage: renewal.state.stage },
  };
}
