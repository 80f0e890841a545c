/**
 * Which mails a change causes, who should read them, and whether a mail that has waited is still true.
 * Says it by office and role; names and addresses are looked up in PostgreSQL when a mail leaves.
 */
import { isEnded, participantsOf } from './agreement.ts';
import type { AgreementState, MutualChange, Stage } from './agreement.ts';
import type { CommandMetadata, Recorder } from '../shared/command-metadata.ts';
import type { AgreementId, DeskId, NoteId, OfficeId, UserId } from '../shared/ids.ts';
import { openingOf } from '../shared/day.ts';
import type { Day, Instant, Term } from '../shared/day.ts';
import type { LawfulEnding } from './legal-basis.ts';
import type { AgreementEvent, Transition } from './transition.ts';
import { rolesOf } from '../office/roles.ts';
import { AGREEMENT_PERMISSIONS } from './permissions.ts';
import type { Role } from '../office/roles.ts';
import { TURN_ACTION } from './available-commands.ts';

/**
 * What a mail is about. How many days are left, where the renewal stands and who reads it are found
 * when it leaves.
 */
export type MailContent =
  | { template: 'your-turn'; stage: Stage }
  /** `end` is the last day that it was written for; `missed` are reminders that it makes up for. */
  | { template: 'reminder'; end: Day; missed: number[] }
  | { template: 'expired' }
  | Notice
  /** The agreement rests on another one, of which this is told. */
  | { template: 'underlying-changed'; relation: Relation; agreement: AgreementId; notice: Notice };

/** What somebody did that ends, changes or corrects an agreement, told to its parties. */
export type Notice =
  | ({ template: 'returned'; from: Stage; reason: NoteId } & By)
  | ({ template: 'numbered'; party: DeskId; dated: Day } & By)
  | ({
      template: 'corrected';
      what: 'title' | 'number' | 'signature';
      party: DeskId | null;
      reason: NoteId;
    } & By)
  /** `change` is the command that asked. */
  | ({
      template: 'change-asked';
      change: string;
      what: MutualChange['type'];
      awaits: DeskId[];
      reason: NoteId | null;
    } & By)
  | ({
      template: 'change-declined';
      what: MutualChange['type'];
      takenBack: boolean;
      reason: NoteId;
    } & By)
  | ({ template: 'ending-given-up'; reason: NoteId } & By)
  | ({ template: 'dates-changed'; before: Term; after: Term; reason: NoteId } & By)
  | ({ template: 'withdrawn'; reason: NoteId } & By)
  | ({ template: 'terminated'; lawful: LawfulEnding; lastDay: Day | null } & By);
type By = { by: Recorder };

/** How one agreement rests on another: as PKS under an MoU, or as the renewal of what was before. */
export type Relation = 'parent' | 'before';

/** A mail that a change causes, before its readers are known. */
export type Mail = MailContent & {
  /** The offices that it is meant for. */
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
export type Readers = { own: readonly Role[]; around: readonly Role[] };

const KEPT_INFORMED: Readers = {
  own: ['proposer', 'branch-officer', 'branch-head'],
  around: ['legal'],
};

/** Who is called: the roles that may do what the turn asks for. Originals call all who work in the office. */
function readersOf(mail: MailContent): Readers {
  if (mail.template !== 'your-turn') return KEPT_INFORMED;
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
export type MailTime =
  Pick<CommandMetadata, 'givenAt' | 'recordedBy'> | { day: Day; mailHour: number };

/** The mails of a change. */
export function mailsOf(
  { state: agreement, events, desksToNotify }: Transition,
  when: MailTime,
): Mail[] {
  const notBefore =
    'givenAt' in when ? when.givenAt : openingOf(when.day, agreement.zone, when.mailHour);
  const outside = agreement.parties.filter((party) => party.outside).map(({ id }) => id);
  const called = desksToNotify.filter((desk) => !outside.includes(desk));
  const { stage } = agreement;

  const calls: Mail[] =
    called.length > 0 ? [{ template: 'your-turn', stage, offices: called, notBefore }] : [];
  // A call to act tells of the change as well.
  const others = participantsOf(agreement).filter((desk) => !called.includes(desk));
  const by = 'recordedBy' in when ? when.recordedBy : null;
  const notices = events
    .flatMap((event) => noticeOf(event, agreement, by))
    .map((content): Mail => ({ ...content, offices: others, notBefore }));
  return [...calls, ...notices].filter(({ offices }) => offices.length > 0);
}

/** An agreement that depends on another one: a PKS on its MoU, a renewal on what was before. */
export type Dependant = { state: AgreementState; relation: Relation };

/** The mails about an act to the parties of a dependant that get no mail about the act itself. */
export function mailsToDependant(
  underlying: AgreementState,
  mails: readonly Mail[],
  { state: agreement, relation }: Dependant,
): Mail[] {
  const told = participantsOf(underlying);
  const offices = participantsOf(agreement).filter((office) => !told.includes(office));
  if (offices.length === 0) return [];
  return mails.filter(isMailForDependants).map(({ offices: _offices, notBefore, ...notice }) => ({
    template: 'underlying-changed',
    relation,
    agreement: underlying.id,
    notice,
    offices,
    notBefore,
  }));
}

/** What the timeline of a dependant tells of this event; nothing where the event does not concern it. */
export function eventsForDependant(
  underlying: AgreementId,
  event: AgreementEvent,
  relation: Relation,
): AgreementEvent[] {
  return isEventForDependants(event)
    ? [{ kind: 'underlying-changed', agreement: underlying, relation, event }]
    : [];
}

/** Events, and the mails about them, that concern those who depend on the agreement. */
const FOR_DEPENDANTS = ['terminated', 'withdrawn', 'dates-changed', 'ending-given-up'] as const;
type ForDependants = (typeof FOR_DEPENDANTS)[number];
type EventForDependants = Extract<AgreementEvent, { kind: ForDependants }>;

function isEventForDependants(event: AgreementEvent): event is EventForDependants {
  return FOR_DEPENDANTS.some((kind) => kind === event.kind);
}

function isMailForDependants(mail: Mail): mail is Extract<Mail, { template: ForDependants }> {
  return FOR_DEPENDANTS.some((template) => template === mail.template);
}

/** Why a mail that has waited is not sent. */
export const NOT_SENT = [
  'ended', // the agreement has ended
  'renewed', // its renewal is signed
  'turn-over', // the text no longer waits there for what the mail asks
  'settled', // what it asks for has been confirmed or declined
  'dates-changed', // it ends later than the mail was to say
  'superseded', // a later mail says what is true now
  'reader-gone', // the reader no longer has the role
  'no-reader', // nobody has the role, and the office has no mailbox
] as const;
export type NotSent = (typeof NOT_SENT)[number];

/** What a waiting mail is judged by: how things stand, and the agreement's mails that came after it. */
export type Circumstances = {
  agreement: AgreementState;
  /** Whether its renewal is signed. */
  isRenewed: boolean;
  later: readonly LaterMail[];
};
export type LaterMail = { template: string; offices: readonly OfficeId[] };

/** Why a mail that has waited until today is no longer true; null while it is. */
export function mootBecause(mail: Waiting, given: Circumstances, today: Day): NotSent | null {
  const rule = MOOT[mail.template] as Rule<Waiting>;
  return rule(mail, given, today);
}

/** The offices that a waiting mail still concerns. */
export function officesToTell(mail: Waiting, { agreement, later }: Circumstances): OfficeId[] {
  if (mail.template !== 'your-turn') return mail.offices;
  const calledAnew = later.filter(({ template }) => template === 'your-turn');
  return waitingIn(mail, agreement).filter(
    (office) => !calledAnew.some(({ offices }) => offices.includes(office)),
  );
}

/** A mail that waits. */
export type Waiting = MailContent & Pick<Mail, 'offices'>;

type Rule<Content> = (mail: Content, given: Circumstances, today: Day) => NotSent | null;
type ByTemplate = {
  [Each in Waiting as Each['template']]: Rule<Each>;
};

const MOOT: ByTemplate = {
  'your-turn': (mail, given) => {
    if (isEnded(given.agreement)) return 'ended';
    if (waitingIn(mail, given.agreement).length === 0) return 'turn-over';
    return officesToTell(mail, given).length === 0 ? 'superseded' : null;
  },
  // The day after the last one belongs to the notice that it has run out.
  reminder: ({ end }, { agreement: { stage, ending, term }, isRenewed, later }, today) => {
    if (isRenewed) return 'renewed';
    if (stage === 'ended' || ending !== null || today > term.end) return 'ended';
    if (term.end > end) return 'dates-changed';
    return later.some(({ template }) => template === 'reminder') ? 'superseded' : null;
  },
  expired: (_mail, { isRenewed }) => (isRenewed ? 'renewed' : null),
  // What somebody did stays true.
  returned: () => null,
  numbered: () => null,
  corrected: () => null,
  'change-asked': ({ change }, { agreement: { pending } }) =>
    pending?.id === change ? null : 'settled',
  'change-declined': () => null,
  'ending-given-up': () => null,
  'dates-changed': () => null,
  withdrawn: () => null,
  terminated: () => null,
  'underlying-changed': (_mail, { agreement }) => (isEnded(agreement) ? 'ended' : null),
};

/** The kinds of mail about agreements. */
export const TEMPLATES = Object.keys(MOOT) as MailContent['template'][];

function waitingIn({ stage, offices }: Waiting & { stage: Stage }, agreement: AgreementState) {
  const { desks } = agreement.turn;
  return stage === agreement.stage ? offices.filter((office) => desks.includes(office)) : [];
}

/** Who gets a mail: every reader once; for an office without readers, the fallback. */
export function addresseesOf(
  mail: MailContent,
  offices: readonly MailedOffice[],
  people: readonly Placement[],
): Addressee[] {
  const by = 'by' in mail ? mail.by.userId : undefined;
  return readersAmong(readersOf(mail), offices, people).filter(
    // Whoever did it knows.
    ({ userId }) => userId === null || userId !== by,
  );
}

/** Those with these roles: every reader once; for an office without readers, the fallback. */
export function readersAmong(
  { own, around }: Readers,
  offices: readonly MailedOffice[],
  people: readonly Placement[],
): Addressee[] {
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

type NoticeRow<Event> = (
  event: Event,
  agreement: AgreementState,
  by: Recorder | null,
) => MailContent | null;
type NoticeTable = {
  [Each in AgreementEvent as Each['kind']]: NoticeRow<Each> | 'none';
};

/** What is told of each kind of event, besides the call to those whose turn it is. */
const NOTICES: NoticeTable = {
  created: 'none',
  submitted: 'none',
  returned: ({ from, reason }, _agreement, by) => by && { template: 'returned', from, reason, by },
  'turn-passed': 'none',
  approved: 'none',
  // While it is being signed, numbers belong to the procedure.
  numbered: ({ party, dated }, { stage }, by) =>
    stage === 'active' ? by && { template: 'numbered', party, dated, by } : null,
  signed: 'none',
  'title-corrected': ({ reason }, _agreement, by) =>
    by && { template: 'corrected', what: 'title', party: null, reason, by },
  'number-corrected': ({ party, reason }, _agreement, by) =>
    by && { template: 'corrected', what: 'number', party, reason, by },
  'signature-corrected': ({ party, reason }, _agreement, by) =>
    by && { template: 'corrected', what: 'signature', party, reason, by },
  'change-asked': ({ change, awaits }, { pending }, by) =>
    by &&
    pending && {
      template: 'change-asked',
      change: pending.id,
      what: change.type,
      awaits,
      reason: 'reasonNoteId' in change ? change.reasonNoteId : null,
      by,
    },
  // With the last consent the change itself is told.
  'change-confirmed': 'none',
  'change-declined': ({ change, takenBack, reason }, _agreement, by) =>
    by && { template: 'change-declined', what: change.type, takenBack, reason, by },
  'stage-reached': 'none',
  'dates-changed': ({ before, after, reason }, _agreement, by) =>
    by && { template: 'dates-changed', before, after, reason, by },
  withdrawn: ({ reason }, _agreement, by) => by && { template: 'withdrawn', reason, by },
  terminated: ({ lawful, lastDay }, _agreement, by) =>
    by && { template: 'terminated', lawful, lastDay, by },
  'ending-given-up': ({ reason }, _agreement, by) =>
    by && { template: 'ending-given-up', reason, by },
  // Its parties were told when they agreed on the day.
  'ending-reached': 'none',
  // A signed renewal has answered the question that these two ask.
  reminded: ({ renewal, missed }, { term: { end } }) =>
    renewal === 'signed' ? null : { template: 'reminder', end, missed },
  expired: ({ renewal }) => (renewal === 'signed' ? null : { template: 'expired' }),
  started: 'none',
  // The renewal's own parties are told of its end.
  'renewal-moved': 'none',
  'underlying-changed': 'none',
  replanned: 'none',
  restored: 'none',
};

function noticeOf(
  event: AgreementEvent,
  agreement: AgreementState,
  by: Recorder | null,
): MailContent[] {
  const row = NOTICES[event.kind] as NoticeRow<AgreementEvent> | 'none';
  const notice = row === 'none' ? null : row(event, agreement, by);
  return notice ? [notice] : [];
}
