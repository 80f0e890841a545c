/** What a mail's sentences are made of: its reader, and the agreement or seal it speaks about. */
import { neverInForce } from '../../domain/agreement/agreement.ts';
import type { AgreementState, Stage } from '../../domain/agreement/agreement.ts';
import type { MailContent } from '../../domain/agreement/notices.ts';
import type { Day } from '../../domain/shared/day.ts';
import type { Tx } from '../../prisma/connect.ts';
import { toDay } from '../../prisma/day-column.ts';
import { namesOf } from '../../prisma/names.ts';

/** An outbox row, as far as its sentences depend on it. */
export type Queued = {
  agreementId: string | null;
  template: string;
  content: unknown;
  officeId: string;
  userId: string | null;
  businessDay: Date;
};

/** Everything a template may say about an agreement. */
export type AgreementFacts = {
  id: string;
  kind: 'mou' | 'pks';
  title: string;
  parties: string[];
  stage: Stage;
  start: Day;
  end: Day;
  renewal: { id: string; title: string; stage: Stage } | null;
};

type Addressed = {
  /** Who reads it: a person by name, or an office. */
  reader: string;
  office: string;
  /** The business day of its cause. */
  day: Day;
};

/** A mail about an agreement, or the weekly one about the audit chain. */
export type MailFacts =
  | (Addressed & { about: 'agreement'; content: MailContent; agreement: AgreementFacts })
  | (Addressed & { about: 'audit'; seal: { seq: number; hash: string } });

/**
 * The facts of queued mails as they stand when these are written, in their order. None for a mail
 * whose office or agreement cannot be seen.
 */
export async function factsOf(tx: Tx, mails: readonly Queued[]): Promise<(MailFacts | null)[]> {
  const agreements = await agreementsOf(tx, mails);
  const parties = [...agreements.values()].flatMap(({ parties: all }) => all);
  const readers = mails.flatMap(({ officeId, userId }) => [officeId, userId ?? '']);
  const names = await namesOf(tx, [...readers, ...parties]);

  return mails.map(({ agreementId, template, content, officeId, userId, businessDay }) => {
    const office = names.get(officeId);
    if (office === undefined) return null;
    const reader = names.get(userId ?? '') ?? office;
    const addressed = { reader, office, day: toDay(businessDay) };
    if (agreementId === null) {
      return { ...addressed, about: 'audit', seal: content as { seq: number; hash: string } };
    }
    const agreement = agreements.get(agreementId);
    if (!agreement) return null;
    return {
      ...addressed,
      about: 'agreement',
      content: { template, ...(content as object) } as MailContent,
      agreement: {
        ...agreement,
        parties: agreement.parties.map((party) => names.get(party) ?? '—'),
      },
    };
  });
}

/** The agreements that the mails speak about, with their parties by id. */
async function agreementsOf(
  tx: Tx,
  mails: readonly Queued[],
): Promise<Map<string, AgreementFacts>> {
  const ids = [...new Set(mails.flatMap(({ agreementId }) => agreementId ?? []))];
  if (ids.length === 0) return new Map();
  const rows = await tx.agreement.findMany({
    where: { id: { in: ids } },
    select: { id: true, title: true, state: true },
  });
  const renewals = await tx.agreement.findMany({
    where: { renewalOf: { in: ids } },
    select: { id: true, title: true, renewalOf: true, state: true },
  });
  return new Map(
    rows.map((row) => {
      const { id, title } = row;
      const { kind, stage, term, parties } = stateOf(row);
      const renewal = renewals.find(
        (each) => each.renewalOf === id && !neverInForce(stateOf(each)),
      );
      const facts: AgreementFacts = {
        id,
        kind,
        title,
        parties: parties.map((party) => party.id),
        stage,
        start: term.start,
        end: term.end,
        renewal: renewal
          ? { id: renewal.id, title: renewal.title, stage: stateOf(renewal).stage }
          : null,
      };
      return [id, facts];
    }),
  );
}

function stateOf(row: { state: unknown }): AgreementState {
  return row.state as AgreementState;
}
