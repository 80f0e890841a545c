/** What a mail's sentences are made of: its reader, and the agreement or seal it speaks about. */
import type { AgreementState, Stage } from '../domain/agreement.ts';
import type { MailContent } from '../domain/correspondence.ts';
import type { Day } from '../domain/day.ts';
import type { Tx } from '../prisma/connect.ts';
import { toDay } from '../prisma/day-column.ts';

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

/** The facts of a queued mail, as they stand when it is written. */
export async function factsOf(tx: Tx, queued: Queued): Promise<MailFacts> {
  const { agreementId, template, content, officeId, userId, businessDay } = queued;
  const office = await tx.office.findUniqueOrThrow({ where: { id: officeId } });
  const [reader] = await tx.$queryRaw<{ name: string }[]>`
    select name from auth."user" where id = ${userId}`;
  const addressed = {
    reader: reader?.name ?? office.name,
    office: office.name,
    day: toDay(businessDay),
  };
  if (agreementId === null) {
    return { ...addressed, about: 'audit', seal: content as { seq: number; hash: string } };
  }
  return {
    ...addressed,
    about: 'agreement',
    content: { template, ...(content as object) } as MailContent,
    agreement: await agreementFacts(tx, agreementId),
  };
}

async function agreementFacts(tx: Tx, id: string): Promise<AgreementFacts> {
  const { title, state } = await tx.agreement.findUniqueOrThrow({ where: { id } });
  const { kind, stage, term, parties } = state as unknown as AgreementState;
  const ids = parties.map((party) => party.id);
  const names = await tx.$queryRaw<{ id: string; name: string }[]>`
    select id::text, name from office where id = any (${ids}::uuid[])
    union all select id::text, text from note where id = any (${ids}::uuid[])`;
  const renewal = await tx.agreement.findFirst({
    where: { renewalOf: id, OR: [{ endedReason: null }, { endedReason: { not: 'withdrawn' } }] },
  });
  return {
    id,
    kind,
    title,
    parties: ids.map((party) => names.find((each) => each.id === party)?.name ?? '—'),
    stage,
    start: term.start,
    end: term.end,
    renewal: renewal && { id: renewal.id, title: renewal.title, stage: renewal.stage as Stage },
  };
}
