/** Agreements: reading them, and everything that can be done to them. */
import { z } from 'zod';
import { MOST_APPROVING_OFFICES, MOST_STEPS } from '../../domain/agreement/approval.ts';
import { defineRoute } from '../http/route.ts';
import { SAMPLES } from '../http/samples.ts';
import {
  Day,
  Id,
  Letter,
  PageQuery,
  pageOf,
  RegionCode,
  Term,
  line,
  text,
} from '../http/shapes.ts';
import {
  Kind,
  Stage,
  Side,
  Form,
  LegalBasis,
  LawfulEnding,
  AgreementSummary,
  Agreement,
  TimelineEntry,
  MilestoneEntry,
} from './answers.ts';

const AgreementPath = z.object({ id: Id });

const SAMPLE_LETTER = { number: '400.9/12/CONTOH/2025', date: '2025-01-06' };
const SAMPLE_TERM = { start: '2026-01-01', end: '2026-12-31' };

const Acting = {
  office: Id.optional().meta({
    description: 'The office you act for; needed only when several would be possible.',
  }),
  onBehalfOf: Id.optional().meta({
    description: 'A party outside the system whose act you record; needs `evidence`.',
  }),
  evidence: Letter.optional(),
  note: text(2000).optional(),
};

const PaperAct = {
  actedBy: Id.optional().meta({
    description: 'The office holder who acted on paper, shown by `evidence`; you when left out.',
  }),
};

const AsMeant = z
  .boolean()
  .default(false)
  .meta({ description: 'Says that a term far away or longer than usual is meant.' });

const OldPaper = z
  .boolean()
  .default(false)
  .meta({ description: 'Says that the paper is older than the text in Mapalus.' });

const NewParty = z.union([
  z.strictObject({ office: Id, side: Side }),
  z.strictObject({ outside: line(200), side: Side }),
]);

// A code and no text: it travels through the engine, where nothing that people write may be.
const StepId = z
  .string()
  .max(24)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: 'stepId' })
  .meta({ id: 'StepId', example: 'bagian-hukum' });

const NewTerms = {
  title: line(300),
  form: Form,
  legalBasis: LegalBasis,
  term: Term,
  approvals: z
    .array(
      z.strictObject({
        id: StepId,
        offices: z.array(Id).min(1),
        after: z.array(StepId).max(MOST_STEPS).default([]),
      }),
    )
    .max(MOST_STEPS)
    .refine((steps) => steps.flatMap(({ offices }) => offices).length <= MOST_APPROVING_OFFICES, {
      error: 'approvingOffices',
    })
    .default([]),
};

const Alongside = z.boolean().default(false).meta({
  description:
    'Said on purpose: another agreement of the same parties about the same thing holds at the same time.',
});

const Area = z.array(RegionCode).min(1).max(600);
const SubmittingOffices = z.array(Id).max(600);

export const NewAgreement = z
  .strictObject({
    kind: Kind,
    ...NewTerms,
    region: RegionCode,
    asMeant: AsMeant,
    proposer: Id,
    proposingParty: Id.optional().meta({
      description: 'The party the proposer belongs to; the proposer itself when left out.',
    }),
    parties: z.array(NewParty).min(1).max(4),
    area: Area.optional(),
    submittingOffices: SubmittingOffices.default([]),
    parent: Id.optional(),
    parentException: text(2000).optional(),
    alongside: Alongside,
  })
  .meta({ id: 'NewAgreement' });

export const NewRenewal = z
  .strictObject({
    title: NewTerms.title.optional(),
    form: Form.optional(),
    legalBasis: LegalBasis.optional(),
    term: Term,
    asMeant: AsMeant,
    parent: Id.nullable().optional(),
    parentException: text(2000).optional(),
    area: Area.optional(),
    submittingOffices: SubmittingOffices.optional(),
    parties: z
      .array(z.strictObject({ party: Id, office: Id }))
      .max(4)
      .default([])
      .meta({
        description:
          'Offices that take the place of parties outside the system, which `joined` of the party asks for.',
      }),
    office: Id.optional(),
    alongside: Alongside,
  })
  .meta({ id: 'NewRenewal' });

const SORTS = ['end', '-end', 'changed', '-changed', 'title', '-title'] as const;

export const listAgreements = defineRoute({
  operationId: 'listAgreements',
  method: 'get',
  path: '/agreements',
  summary: 'The agreements you may see, filtered, sorted, page by page.',
  access: ['agreement.read'],
  query: z.strictObject({
    ...PageQuery,
    q: line(100).optional(),
    kind: Kind.optional(),
    stage: z
      .union([Stage, z.array(Stage)])
      .transform((stages) => [stages].flat())
      .optional(),
    region: RegionCode.optional(),
    desk: Id.optional(),
    mine: z
      .stringbool()
      .meta({ override: { enum: ['true', 'false'] } })
      .optional(),
    endsFrom: Day.optional(),
    endsUntil: Day.optional(),
    sort: z.enum(SORTS).default('end'),
  }),
  answer: { status: 200, body: pageOf(AgreementSummary) },
});

export const createAgreement = defineRoute({
  operationId: 'createAgreement',
  method: 'post',
  path: '/agreements',
  summary: 'Propose an agreement.',
  access: ['agreement.create'],
  body: NewAgreement,
  answer: { status: 201, body: Agreement },
  idempotent: true,
  located: true,
  example: {
    kind: 'mou',
    form: 'kesepakatan-bersama',
    legalBasis: 'ksdpk',
    title: 'Pelindungan Pekerja Rentan 2026 (contoh)',
    term: SAMPLE_TERM,
    region: '71.07',
    proposer: SAMPLES.office,
    proposingParty: SAMPLES.government,
    parties: [
      { office: SAMPLES.government, side: 'government' },
      { office: SAMPLES.branch, side: 'bpjs' },
    ],
    approvals: [
      { id: 'bagian-hukum', offices: [SAMPLES.office] },
      { id: 'kepala-cabang', offices: [SAMPLES.branch], after: ['bagian-hukum'] },
    ],
  },
  heavy: true,
});

export const getAgreement = defineRoute({
  operationId: 'getAgreement',
  method: 'get',
  path: '/agreements/{id}',
  summary: 'One agreement as it stands, and what you could do next.',
  access: ['agreement.read'],
  params: AgreementPath,
  answer: { status: 200, body: Agreement },
  versioned: true,
});

export const getTimeline = defineRoute({
  operationId: 'getTimeline',
  method: 'get',
  path: '/agreements/{id}/timeline',
  summary: 'What happened to an agreement, newest first.',
  access: ['agreement.read'],
  params: AgreementPath,
  query: z.strictObject(PageQuery),
  answer: { status: 200, body: pageOf(TimelineEntry) },
});

export const getMilestones = defineRoute({
  operationId: 'getMilestones',
  method: 'get',
  path: '/agreements/{id}/milestones',
  summary: 'The dated milestones behind and ahead of an agreement.',
  access: ['agreement.read'],
  params: AgreementPath,
  answer: { status: 200, body: z.object({ items: z.array(MilestoneEntry) }) },
});

const changing = { params: AgreementPath, idempotent: true, versioned: true } as const;
const changed = { status: 200, body: Agreement } as const;

export const submitAgreement = defineRoute({
  operationId: 'submitAgreement',
  method: 'post',
  path: '/agreements/{id}/submissions',
  summary: 'Hand the text on to the stage that follows.',
  access: ['agreement.draft'],
  body: z.strictObject({
    ...Acting,
    ...PaperAct,
    to: Id.optional().meta({ description: 'Who drafts, when a proposal is taken up.' }),
  }),
  answer: changed,
  ...changing,
  example: {},
});

export const returnAgreement = defineRoute({
  operationId: 'returnAgreement',
  method: 'post',
  path: '/agreements/{id}/returns',
  summary: 'Send the text back to whoever handed it in, with the reason.',
  access: ['agreement.draft', 'agreement.approve', 'agreement.sign'],
  body: z.strictObject({
    office: Acting.office,
    onBehalfOf: Acting.onBehalfOf,
    evidence: Acting.evidence,
    reason: text(2000),
  }),
  answer: changed,
  ...changing,
  example: { reason: 'Lampiran kelompok pekerja belum ada.' },
});

export const passTurn = defineRoute({
  operationId: 'passTurn',
  method: 'post',
  path: '/agreements/{id}/turns',
  summary: 'Pass the text, or later the originals, to another desk.',
  access: ['agreement.draft'],
  body: z.strictObject({ ...Acting, to: Id }),
  answer: changed,
  ...changing,
  example: { to: SAMPLES.office },
  taken: { to: '/proposer/id' },
});

export const approveAgreement = defineRoute({
  operationId: 'approveAgreement',
  method: 'post',
  path: '/agreements/{id}/approvals',
  summary: 'Give one step of the approval route to the present text.',
  access: ['agreement.approve'],
  body: z.strictObject({
    office: Acting.office,
    evidence: Acting.evidence,
    ...PaperAct,
    step: StepId,
  }),
  answer: changed,
  ...changing,
  example: { step: 'kepala-cabang' },
  taken: { step: '/approvals/0/id' },
});

export const recordNumber = defineRoute({
  operationId: 'recordNumber',
  method: 'post',
  path: '/agreements/{id}/numbers',
  summary: "Enter a party's document number.",
  access: ['agreement.number'],
  body: z.strictObject({
    office: Acting.office,
    evidence: Acting.evidence,
    party: Id,
    number: line(100),
    dated: Day,
    oldPaper: OldPaper,
  }),
  answer: changed,
  ...changing,
  example: { party: SAMPLES.party, number: '119/12/CONTOH/2026', dated: '2025-01-06' },
  taken: { party: '/parties/0/id' },
});

export const signAgreement = defineRoute({
  operationId: 'signAgreement',
  method: 'post',
  path: '/agreements/{id}/signatures',
  summary: 'Record a signature that was given on paper.',
  access: ['agreement.sign'],
  body: z.strictObject({
    office: Acting.office,
    evidence: Acting.evidence,
    party: Id,
    actedBy: Id.optional().meta({ description: 'The office holder who signed.' }),
    outsideSigner: line(200)
      .optional()
      .meta({ description: 'Who signed for a party outside the system.' }),
    signedOn: Day,
    oldPaper: OldPaper,
  }),
  answer: changed,
  ...changing,
  example: { party: SAMPLES.party, actedBy: SAMPLES.holder, signedOn: '2025-01-06' },
  taken: { party: '/parties/0/id' },
});

export const correctTitle = defineRoute({
  operationId: 'correctTitle',
  method: 'post',
  path: '/agreements/{id}/title-corrections',
  summary: 'Give the agreement the title that was meant.',
  access: ['agreement.draft'],
  body: z.strictObject({ office: Acting.office, title: NewTerms.title, reason: text(2000) }),
  answer: changed,
  ...changing,
  example: { title: 'Pelindungan Pekerja Rentan 2026', reason: 'Salah ketik.' },
});

export const correctNumber = defineRoute({
  operationId: 'correctNumber',
  method: 'post',
  path: '/agreements/{id}/number-corrections',
  summary: 'Give a party the number that was meant, or take a number away.',
  access: ['agreement.number'],
  body: z.strictObject({
    office: Acting.office,
    evidence: Acting.evidence,
    party: Id,
    correct: z
      .strictObject({ number: line(100), dated: Day })
      .nullable()
      .meta({ description: 'Null until the agreement is in force: the party has no number.' }),
    oldPaper: OldPaper,
    reason: text(2000),
  }),
  answer: changed,
  ...changing,
  example: {
    party: SAMPLES.party,
    correct: { number: '119/13/CONTOH/2026', dated: '2025-01-06' },
    reason: 'Salah ketik.',
  },
  taken: { party: '/parties/0/id' },
});

export const correctSignature = defineRoute({
  operationId: 'correctSignature',
  method: 'post',
  path: '/agreements/{id}/signature-corrections',
  summary: 'Give a party the signature that is on the paper, or take one away.',
  access: ['agreement.sign'],
  body: z.strictObject({
    office: Acting.office,
    evidence: Acting.evidence,
    party: Id,
    correct: z
      .strictObject({
        actedBy: Id.optional(),
        outsideSigner: line(200).optional(),
        signedOn: Day,
      })
      .nullable()
      .meta({ description: 'Null until the agreement is in force: the party has not signed.' }),
    oldPaper: OldPaper,
    reason: text(2000),
  }),
  answer: changed,
  ...changing,
  example: {
    party: SAMPLES.party,
    correct: { actedBy: SAMPLES.holder, signedOn: '2025-01-06' },
    reason: 'Tanggal pada naskah terbaca keliru.',
  },
  taken: { party: '/parties/0/id' },
});

export const confirmChange = defineRoute({
  operationId: 'confirmChange',
  method: 'post',
  path: '/agreements/{id}/confirmations',
  summary: 'Agree to what another party has asked for.',
  access: ['agreement.agree'],
  body: z.strictObject({
    office: Acting.office,
    evidence: Acting.evidence,
    change: Id.meta({ description: 'The `id` of what is pending.' }),
  }),
  answer: changed,
  ...changing,
  example: { change: SAMPLES.change },
  taken: { change: '/pending/id' },
});

export const declineChange = defineRoute({
  operationId: 'declineChange',
  method: 'post',
  path: '/agreements/{id}/rejections',
  summary: 'Decline what another party has asked for, or take back what your side asked for.',
  access: ['agreement.agree'],
  body: z.strictObject({
    office: Acting.office,
    change: Id.meta({ description: 'The `id` of what is pending.' }),
    reason: text(2000),
  }),
  answer: changed,
  ...changing,
  example: { change: SAMPLES.change, reason: 'Kami belum menyepakatinya.' },
  taken: { change: '/pending/id' },
});

export const changeDates = defineRoute({
  operationId: 'changeDates',
  method: 'post',
  path: '/agreements/{id}/dates',
  summary:
    'Give the agreement other dates, with the reason; parties that have signed have to agree.',
  access: ['agreement.redate'],
  body: z.strictObject({
    office: Acting.office,
    evidence: Acting.evidence,
    term: Term,
    asMeant: AsMeant,
    reason: text(2000),
    parentException: text(2000).optional(),
  }),
  answer: changed,
  ...changing,
  example: { term: SAMPLE_TERM, reason: 'Anggaran baru tersedia mulai Januari.' },
});

export const withdrawAgreement = defineRoute({
  operationId: 'withdrawAgreement',
  method: 'post',
  path: '/agreements/{id}/withdrawals',
  summary: 'Give the agreement up before all have signed.',
  access: ['agreement.end'],
  body: z.strictObject({ office: Acting.office, reason: text(2000) }),
  answer: changed,
  ...changing,
  example: { reason: 'Program digabung dengan perjanjian lain.' },
});

export const terminateAgreement = defineRoute({
  operationId: 'terminateAgreement',
  method: 'post',
  path: '/agreements/{id}/terminations',
  summary: 'End a signed agreement for one of the reasons of the law, at once or on a later day.',
  access: ['agreement.end'],
  body: z.strictObject({
    office: Acting.office,
    evidence: Letter,
    reason: LawfulEnding,
    lastDay: Day,
    supersededBy: Id.optional(),
  }),
  answer: changed,
  ...changing,
  example: { evidence: SAMPLE_LETTER, reason: 'agreed-by-parties', lastDay: '2026-06-30' },
});

export const keepInForce = defineRoute({
  operationId: 'keepInForce',
  method: 'post',
  path: '/agreements/{id}/continuations',
  summary: 'Give up an end that was agreed for a later day.',
  access: ['agreement.end'],
  body: z.strictObject({
    office: Acting.office,
    evidence: Acting.evidence,
    reason: text(2000),
  }),
  answer: changed,
  ...changing,
  example: { reason: 'Program dilanjutkan sampai akhir jangka waktu.' },
});

export const renewAgreement = defineRoute({
  operationId: 'renewAgreement',
  method: 'post',
  path: '/agreements/{id}/renewals',
  summary: 'Begin the renewal: a new agreement, pre-filled, through the full procedure.',
  access: ['agreement.renew'],
  params: AgreementPath,
  body: NewRenewal,
  answer: { status: 201, body: Agreement },
  idempotent: true,
  located: true,
  example: { term: { start: '2027-01-01', end: '2027-12-31' } },
  heavy: true,
});
