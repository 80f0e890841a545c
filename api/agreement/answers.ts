/** What the API answers about agreements. */
import { z } from 'zod';
import { STAGES } from '../../domain/agreement/agreement.ts';
import { DIVIDED_COMMANDS } from '../../domain/agreement/available-commands.ts';
import { MUTUAL_CHANGES } from '../../domain/agreement/confirming.ts';
import { COMMAND_TYPES } from '../../domain/agreement/command.ts';
import { DOCUMENT_FORMS, LAWFUL_ENDINGS, LEGAL_BASES } from '../../domain/agreement/legal-basis.ts';
import { CAPACITIES } from '../../domain/office/office.ts';
import { ROLES } from '../../domain/office/roles.ts';
import { Day, Id, RegionCode, Term, UserId, Zone } from '../http/shapes.ts';

/** An MoU or a PKS. */
export const Kind = z.enum(['mou', 'pks']);
/** A stage, by its code. */
export const Stage = z.enum(STAGES);
/** The side on which a party stands. */
export const Side = z.enum(['government', 'bpjs', 'other']);
const codes = <Code extends string>(table: readonly { code: Code }[]) =>
  z.enum(table.map(({ code }) => code) as [Code, ...Code[]]);
/** The form of the document. */
export const Form = codes(DOCUMENT_FORMS);
/** The basis in law. */
export const LegalBasis = codes(LEGAL_BASES);
/** A reason of the law for an end before the last day. */
export const LawfulEnding = codes(LAWFUL_ENDINGS);
const CommandType = z.enum(COMMAND_TYPES);

/** What was signed shows the names of that day. */
const Named = {
  name: z.string(),
  nameToday: z
    .string()
    .optional()
    .meta({ description: 'Where it was signed under another name: the name of today.' }),
};

/** Somebody who has the text or takes part: an office, or a party outside the system. */
const Desk = z.object({ id: Id, ...Named, outside: z.boolean() }).meta({ id: 'Desk' });

const Region = z.object({ code: RegionCode, ...Named }).meta({ id: 'NamedRegion' });

const Evidence = z
  .object({ id: Id, number: z.string(), date: Day, hasDocument: z.boolean() })
  .meta({ id: 'Evidence' });

const Recorded = z
  .object({ userId: UserId, userName: z.string().nullable(), office: z.string() })
  .meta({ id: 'Recorded', description: 'Who recorded it, and for which office.' });

const ActedBy = z
  .object({
    kind: z.enum(['user', 'holder', 'outside']),
    id: z.string(),
    name: z.string().nullable(),
    position: z.string().nullable(),
    capacity: z.string().nullable(),
  })
  .meta({ id: 'ActedBy', description: 'Whose act it was.' });

const Related = z
  .object({
    id: Id,
    kind: Kind,
    title: z.string(),
    stage: Stage,
    term: Term,
    gapDays: z.int().nullable(),
  })
  .meta({ id: 'RelatedAgreement' });

const Party = z
  .object({
    id: Id,
    ...Named,
    side: Side,
    outside: z.boolean(),
    joined: z
      .object({
        institution: z.object({ id: Id, name: z.string() }),
        office: z.object({ id: Id, name: z.string() }).nullable(),
      })
      .nullable()
      .meta({
        description:
          'Of a party outside the system whose institution is in it by now: the institution, and its one ' +
          'office of that name. A renewal names the office that takes the place of the party.',
      }),
    number: z.object({ number: z.string(), dated: Day }).nullable(),
    signature: z
      .object({
        actedBy: ActedBy,
        recordedBy: Recorded,
        signedOn: Day,
        evidence: Evidence.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'Party' });

const ApprovalStep = z
  .object({
    id: z.string(),
    offices: z.array(Desk),
    after: z.array(z.string()),
    ready: z.boolean(),
    approval: z
      .object({
        actedBy: ActedBy,
        recordedBy: Recorded,
        on: Day,
        textVersion: z.int(),
        /** Whether it counts for the present text. */
        current: z.boolean(),
        evidence: Evidence.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'ApprovalStep' });

const Pending = z
  .object({
    id: Id,
    change: z.enum(MUTUAL_CHANGES),
    party: Desk,
    recordedBy: Recorded,
    on: Day,
    /** The parties whose consent is missing. */
    awaits: z.array(Desk),
    reason: z.string().nullable(),
    evidence: Evidence.nullable(),
    /** What it is about, by the kind of change; null elsewhere. */
    term: Term.nullable(),
    ending: z.object({ lawful: LawfulEnding, lastDay: Day }).nullable(),
    title: z.string().nullable(),
    number: z.object({ party: Desk, number: z.string(), dated: Day }).nullable(),
    signature: z.object({ party: Desk, actedBy: ActedBy, signedOn: Day }).nullable(),
  })
  .meta({
    id: 'PendingChange',
    description: 'What a party has asked for; it is carried out when the others have agreed.',
  });

const PossibleStep = z
  .object({
    command: z.union([CommandType, z.literal('renew')]),
    office: Desk,
    onBehalfOf: Desk.optional(),
    party: Desk.optional(),
    step: z.string().optional(),
  })
  .meta({ id: 'PossibleStep', description: 'A step the caller could take now.' });

/** One row for each context that gives agreements milestones (domain/milestones.ts). */
const WhichMilestone = {
  source: z.enum(['agreement']).meta({ description: 'The part of the product that plans it.' }),
  kind: z.enum(['start', 'reminder', 'expiry', 'ending']),
  stage: z
    .string()
    .nullable()
    .meta({ description: 'Which of its kind it is, where a day may have several.' }),
};

/** An agreement in a list. */
export const AgreementSummary = z
  .object({
    id: Id,
    /** What If-Match and ETag speak of; what the engine notes for itself leaves it as it is. */
    revision: z.int(),
    kind: Kind,
    title: z.string(),
    region: Region,
    stage: Stage,
    stageSince: Day,
    desks: z.array(Desk),
    turnSince: Day,
    /** Whether the text lies on a desk the caller acts for. */
    myTurn: z.boolean(),
    term: Term,
    /** Days until the last day; negative when it has passed. */
    daysLeft: z.int(),
    parties: z.array(z.object({ id: Id, ...Named, side: Side })),
    renewal: z.enum(['none', 'running', 'signed']),
    nextMilestone: z.object({ ...WhichMilestone, day: Day }).nullable(),
    changedOn: Day,
  })
  .meta({ id: 'AgreementSummary' });

/** One agreement with everything its page shows. */
export const Agreement = z
  .object({
    id: Id,
    /** What If-Match and ETag speak of; what the engine notes for itself leaves it as it is. */
    revision: z.int(),
    kind: Kind,
    form: Form,
    legalBasis: LegalBasis,
    title: z.string(),
    region: Region,
    zone: Zone,
    stage: Stage,
    stageInLaw: z.string(),
    stageSince: Day,
    /** Signed by all, with its start day still to come. */
    awaitsStart: z.boolean(),
    inForceFrom: Day.nullable(),
    term: Term,
    today: Day,
    daysLeft: z.int(),
    proposer: Desk,
    /** The party for which the proposer speaks. */
    proposingParty: Desk,
    createdOn: Day,
    desks: z.array(Desk),
    turnSince: Day,
    myTurn: z.boolean(),
    textVersion: z.int(),
    /** Who handed in the present text, and from which desk; that person may not approve it. */
    handedIn: z.object({ desk: Desk, actedBy: ActedBy }).nullable(),
    parties: z.array(Party),
    approvals: z.array(ApprovalStep),
    area: z.array(Region),
    submittingOffices: z.array(Desk),
    parent: Related.nullable(),
    /** Why a term may reach beyond the MoU's, and the term for which that was recorded. */
    parentException: z.object({ reason: z.string(), term: Term }).nullable(),
    children: z.array(Related),
    renewalOf: Related.nullable(),
    renewedBy: Related.nullable(),
    twins: z.array(Related).meta({
      description:
        'While not all have signed: other agreements of the same parties about the same thing at the ' +
        'same time, as far as you may see them.',
    }),
    pending: Pending.nullable(),
    /** How it ended; before it has, the end on a later day that its parties have agreed on. */
    ending: z
      .object({
        reason: z.enum(['expired', 'terminated', 'superseded', 'withdrawn']),
        lawful: LawfulEnding.nullable(),
        lastDay: Day.nullable(),
        /** The agreement that took its place. */
        supersededBy: z.object({ id: Id, title: z.string() }).nullable(),
      })
      .nullable(),
    handovers: z.array(
      z.object({
        id: Id,
        office: z.string(),
        outgoing: z.string(),
        incoming: z.string(),
        openedOn: Day,
        doneOn: Day.nullable(),
        /** Whether the caller may say that it is done. */
        mayComplete: z.boolean(),
      }),
    ),
    possible: z.array(PossibleStep),
    leftToColleagues: z.array(z.enum(DIVIDED_COMMANDS)).meta({
      description:
        'What your office could do and your account could not, because you wrote the text or recorded ' +
        'every other signature: a colleague does it.',
    }),
  })
  .meta({ id: 'Agreement' });

/** What was done to an agreement at once, by whom. */
export const TimelineEntry = z
  .object({
    seq: z.int(),
    key: z.string(),
    /** Null where an agreement that this one rests on has changed: this one has not. */
    version: z.int().nullable(),
    businessDay: Day,
    recordedAt: z.iso.datetime(),
    by: Recorded.extend({
      roles: z.array(z.object({ role: z.enum(ROLES), office: z.string() })).meta({
        description: 'The roles of the account on that day, in the institution it acted for.',
      }),
      holder: z
        .object({ position: z.string(), capacity: z.enum(CAPACITIES) })
        .nullable()
        .meta({
          description: 'The office that the person held on that day, where the account is linked.',
        }),
    })
      .meta({ id: 'RecordedThen' })
      .nullable(),
    events: z.array(z.looseObject({ kind: z.string() })),
    /** Names, titles and remarks that the ids in `events` stand for, as they were then. */
    names: z.record(z.string(), z.string()),
  })
  .meta({ id: 'TimelineEntry' });

/** A dated milestone of an agreement. */
export const MilestoneEntry = z
  .object({
    ...WhichMilestone,
    day: Day,
    daysBeforeEnd: z.int(),
    /** `not-sent`: a reminder that had become untrue before any mail left. */
    state: z.enum(['done', 'missed', 'not-sent', 'planned']),
  })
  .meta({ id: 'MilestoneEntry' });
