/**
 * Which mails a change causes and who should read them. Says it by office and role; names and
 * addresses are looked up in PostgreSQL.
 */
import type { AgreementState, Stage } from './agreement.ts';
import type { OfficeId, UserId } from '../shared/ids.ts';
import { openingOf } from '../shared/day.ts';
import type { Day, Instant } from '../shared/day.ts';
import type { Transition, RenewalState } from './transition.ts';
import { rolesOf } from '../office/roles.ts';
import { AGREEMENT_PERMISSIONS } from './permissions.ts';
import type { Role } from '../office/roles.ts';
import { TURN_ACTION } from './available-commands.ts';

/** What a mail says; its sentences are made from this and from what PostgreSQL knows. */
export type MailContent =
  | { template: 'your-turn'; stage: Stage }
  | { template: 'reminder'; daysLeft: number; missed: number[]; renewal: RenewalState }
  | { template: 'expired'; renewal: RenewalState };

/** A mail that a change causes, before its readers are known by name. */
export type Mail = MailContent & {
  offices: OfficeId[];
  /** The business instant before which it does not leave. */
  notBefore: Instant;
};

/** A user's place, as far as mail asks about it. */
export type Placement = {
  userId: UserId;
  officeId: OfficeId;
  institutionId: OfficeId;
  role: Role;
};

/** An office a mail is meant for. `path` leads from the root of its tree down to itself. */
export type MailedOffice = {
  id: OfficeId;
  institutionId: OfficeId;
  path: OfficeId[];
  side: 'government' | 'bpjs';
  hasMailbox: boolean;
};

/** A reader of the mail, for an office: a user, or the office's own mailbox. */
export type Addressee = { officeId: OfficeId; userId: UserId | null };

/**
 * Who reads a kind of mail: these roles in the office itself, and these roles around it. Around a
 * government's office is its whole government, because the legal department watches over all of
 * its agreements; around a branch are the offices above it.
 */
type Readers = { own: readonly Role[]; around: readonly Role[] };

const READERS: Record<Exclude<MailContent['template'], 'your-turn'>, Readers> = {
  reminder: { own: ['proposer', 'branch-officer', 'branch-head'], around: ['legal'] },
  expired: { own: ['proposer', 'branch-officer', 'branch-head'], around: ['legal'] },
};

/** Who is called: the roles that may do what the turn asks for. Originals call all who work in the office. */
function readersOf(mail: MailContent): Readers {
  if (mail.template !== 'your-turn') return READERS[mail.template];
  const action = TURN_ACTION[mail.stage];
  return { own: action === null ? WORKING : rolesOf(AGREEMENT_PERMISSIONS[action]), around: [] };
}

const WORKING: readonly Role[] = [
  'legal',
  'proposer',
  'approver',
  'signing-desk',
  'branch-officer',
  'branch-head',
];

// If an office has no reader for a mail, it goes to the office's mailbox; else to these roles around the
// office; else to anyone working in the office.
const FALLBACK: readonly Role[] = ['legal', 'branch-head'];

/** When a mail may leave: at once for what a person did, at the mail hour for what a day did. */
export type MailTime = { givenAt: Instant } | { day: Day; mailHour: number };

/** The mails of a change. */
export function mailsOf(
  { state: agreement, events, desksToNotify }: Transition,
  when: MailTime,
): Mail[] {
  const notBefore =
    'givenAt' in when ? when.givenAt : openingOf(when.day, agreement.zone, when.mailHour);
  const outside = agreement.parties.filter((party) => party.outside).map(({ id }) => id);
  const called = desksToNotify.filter((desk) => !outside.includes(desk));
  const concerned = partiesAndProposer(agreement).filter((desk) => !outside.includes(desk));
  const { stage } = agreement;

  const calls: Mail[] =
    called.length > 0 ? [{ template: 'your-turn', stage, offices: called, notBefore }] : [];
  const notices = events
    .flatMap(noticeOf)
    .map((content): Mail => ({ ...content, offices: concerned, notBefore }));
  return [...calls, ...notices];
}

/** Who gets a mail: every reader once; for an office without readers, the fallback. */
export function addresseesOf(
  mail: Mail,
  offices: readonly MailedOffice[],
  people: readonly Placement[],
): Addressee[] {
  const { own, around } = readersOf(mail);
  const addressees = offices.flatMap((office): Addressee[] => {
    const near = people.filter((person) => isAround(office, person));
    const readers = near.filter(
      ({ officeId, role }) =>
        (officeId === office.id && own.includes(role)) || around.includes(role),
    );
    if (readers.length > 0) return readers;
    if (office.hasMailbox) return [{ officeId: office.id, userId: null }];
    const inTheirPlace = near.filter(({ role }) => FALLBACK.includes(role));
    return inTheirPlace.length > 0
      ? inTheirPlace
      : near.filter(({ officeId, role }) => officeId === office.id && WORKING.includes(role));
  });
  const seen = new Set<string>();
  return addressees
    .filter(({ officeId, userId }) => {
      const reader = userId ?? officeId;
      return !seen.has(reader) && seen.add(reader);
    })
    .map(({ officeId, userId }) => ({ officeId, userId }));
}

function isAround(office: MailedOffice, { officeId, institutionId }: Placement): boolean {
  return office.side === 'government'
    ? institutionId === office.institutionId
    : office.path.includes(officeId);
}

// A signed renewal has answered the question that these notices ask.
function noticeOf(event: Transition['events'][number]): MailContent[] {
  if (event.kind === 'reminded' && event.renewal !== 'signed') {
    const { daysLeft, missed, renewal } = event;
    return [{ template: 'reminder', daysLeft, missed, renewal }];
  }
  if (event.kind === 'expired' && event.renewal !== 'signed') {
    return [{ template: 'expired', renewal: event.renewal }];
  }
  return [];
}

function partiesAndProposer({ parties, proposer }: AgreementState): OfficeId[] {
  return [...new Set([...parties.map(({ id }) => id), proposer])];
}
