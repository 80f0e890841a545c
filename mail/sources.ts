/** What PostgreSQL knows of a mail: what it is about, how things stand now, and who is there to read it. */
import { isFullySigned } from '../domain/agreement/agreement.ts';
import type { AgreementState } from '../domain/agreement/agreement.ts';
import {
  addresseesOf,
  mootBecause,
  officesToTell,
  readersAmong,
  TEMPLATES,
} from '../domain/agreement/notices.ts';
import type {
  Addressee,
  LaterMail,
  MailedOffice,
  NotSent,
  Placement,
  Readers,
  Waiting,
} from '../domain/agreement/notices.ts';
import type { FormerName } from '../domain/office/former-name.ts';
import type { Day, Instant } from '../domain/shared/day.ts';
import type { Reading } from '../prisma/connect.ts';

/**
 * What one mail is made of. The agreement, its renewal and its later mails are there until it has left,
 * `offices` and `people` while it waits.
 */
export type Sources = {
  id: string;
  /** The business day, in the zone of the agreement's region. */
  today: Day;
  title: string | null;
  agreement: AgreementState | null;
  renewal: { id: string; title: string; state: AgreementState } | null;
  /** The agreement's mails that came after this one. */
  later: LaterMail[] | null;
  offices: (MailedOffice & { mailbox: string | null; name: string })[] | null;
  people: (Placement & { email: string; name: string; office: string })[] | null;
  /** Names of offices and people by id. */
  names: Record<string, string>;
  /** Names that the parties had before. */
  former: FormerName[];
};

/** A row of the outbox, as far as it says what the mail is about and for whom. */
export type Meant = {
  agreementId: string | null;
  template: string;
  content: unknown;
  offices: string[];
};

/** Who reads a mail: a person for an office, or the mailbox of the office. */
export type Reader = {
  officeId: string;
  userId: string | null;
  toAddress: string;
  /** The person's name, or the office's. */
  name: string;
  office: string;
};

/** What these mails are made of at this business instant, by their ids. */
export async function sourcesOf(
  tx: Reading,
  mails: readonly { id: string }[],
  now: Instant,
): Promise<Map<string, Sources>> {
  if (mails.length === 0) return new Map();
  const rows = await tx.$queryRaw<Sources[]>`
    select * from mail_sources(${mails.map(({ id }) => id)}::uuid[], ${new Date(now)})`;
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Who reads a waiting mail as things stand, or why it is not sent. Null where that cannot be told: its
 * agreement is not there, or another release has written it.
 */
export function readersNow(mail: Meant, sources: Sources): Reader[] | NotSent | null {
  const { agreement, renewal, later, today } = sources;
  if (mail.agreementId === null) {
    return orNobody(reached(sources, (...around) => readersAmong(ADMINISTRATORS, ...around)));
  }
  const waiting = { ...(mail.content as object), ...mail } as Waiting;
  if (!agreement || !TEMPLATES.includes(waiting.template)) return null;
  const isRenewed = renewal !== null && isFullySigned(renewal.state);
  const circumstances = { agreement, isRenewed, later: later ?? [] };
  const moot = mootBecause(waiting, circumstances, today);
  if (moot) return moot;
  const meant = officesToTell(waiting, circumstances);
  return orNobody(
    reached(sources, (offices, people) =>
      addresseesOf(
        waiting,
        offices.filter(({ id }) => meant.includes(id)),
        people,
      ),
    ),
  );
}

const ADMINISTRATORS: Readers = { own: ['administrator'], around: [] };

// Nobody gets a mail twice by one address.
function reached(
  { offices, people }: Sources,
  chosen: (offices: readonly MailedOffice[], people: readonly Placement[]) => Addressee[],
): Reader[] {
  const readers = chosen(offices ?? [], people ?? []).flatMap(({ officeId, userId }): Reader[] => {
    const at = offices?.find(({ id }) => id === officeId);
    const person = people?.find((each) => each.userId === userId && each.officeId === officeId);
    if (person) {
      const { email: toAddress, name, office } = person;
      return [{ officeId, userId, toAddress, name, office }];
    }
    return at?.mailbox
      ? [{ officeId, userId: null, toAddress: at.mailbox, name: at.name, office: at.name }]
      : [];
  });
  const addresses = readers.map(({ toAddress }) => toAddress.toLowerCase());
  return readers.filter((_, at) => addresses.indexOf(addresses[at] ?? '') === at);
}

function orNobody(readers: Reader[]): Reader[] | NotSent {
  return readers.length > 0 ? readers : 'no-reader';
}
