/** Every rule that can be broken, broken once. A new code does not compile without its line. */
import { describe, expect, test } from 'vitest';
import { decide } from '../../../domain/agreement/decide.ts';
import type { Command } from '../../../domain/agreement/command.ts';
import type { AgreementState } from '../../../domain/agreement/agreement.ts';
import { propose, requireOutside, requireOwnPlaces } from '../../../domain/agreement/proposal.ts';
import type {
  PartyOffice,
  PresentInstitution,
  Proposal,
} from '../../../domain/agreement/proposal.ts';
import { requireEnteredByAnother } from '../../../domain/agreement/signing.ts';
import { requireRenewable } from '../../../domain/agreement/renewal.ts';
import { AGREEMENT_REFUSALS, ruleBroken } from '../../../domain/agreement/refusals.ts';
import { isRuleCode, REFUSALS } from '../../../domain/refusals.ts';
import type { RuleCode } from '../../../domain/refusals.ts';
import { requireTermsAgree } from '../../../domain/agreement/term.ts';
import { RuleBroken, SHARED_REFUSALS } from '../../../domain/shared/refusal.ts';
import type { RuleParams } from '../../../domain/shared/refusal.ts';
import {
  after,
  agreed,
  anActiveAgreement,
  anAgreement,
  anAgreementAt,
  aProposal,
  bothSign,
  by,
  command,
  OUTSIDER,
  THREE_PARTIES,
} from '../../support/agreements.ts';
import { holders, offices } from '../../support/cast.ts';

const { manado, mitraLabour, mitraLegal, tondano } = offices;
const day = '2024-01-20';
const head = { kind: 'holder', id: holders.labourHeadMitra } as const;

/** A request that is refused: what it is, how it is made, and what the refusal says. */
type Refused = [what: string, attempt: () => unknown, params?: RuleParams];

/** These rules are about what only PostgreSQL knows; tests/api/agreement/refusals.test.ts breaks them. */
type AskedElsewhere =
  | 'CommandUnknown'
  | 'NumberTaken'
  | 'SignatoryUnknown'
  | 'SignatoryWithoutAuthority'
  | 'HolderWithoutAuthority';

const signing = anAgreementAt('signing');
const active = anActiveAgreement();
const ended = after(active, [
  command('terminate', '2024-06-15', by.proposer, {
    reason: 'change-of-law',
    lastDay: '2024-06-15',
    evidenceId: 'minutes',
  }),
]);
const [firstSigns] = bothSign(day) as [Command];
const waiting = after(signing, bothSign(day));
const threeInReview = anAgreementAt('review', { parties: THREE_PARTIES });
const submit = (who: { officeId: string; userId: string }, more: object = {}) =>
  command('submit', day, who, more);
const signs = (more: object, on = day) =>
  command('sign', on, by.proposer, { party: mitraLabour, actedBy: head, signedOn: on, ...more });
const numbers = (more: object = {}) =>
  command('recordNumber', day, by.proposer, {
    party: mitraLabour,
    numberNoteId: 'number',
    dated: day,
    ...more,
  });
const approves = (who: { officeId: string; userId: string }, step = 'hukum') =>
  command('approve', day, who, { step });
const redates = (start: string, end: string, more: object = {}, on = day) =>
  command('changeDates', on, by.proposer, {
    term: { start, end },
    reasonNoteId: 'why',
    ...more,
  });
const ends = (more: object, on = '2024-06-15') =>
  command('terminate', on, by.proposer, {
    reason: 'agreed-by-parties',
    lastDay: on,
    evidenceId: 'minutes',
    ...more,
  });
const asking = ends({ lastDay: '2024-09-30' });
const asked = after(active, [asking]);
const ending = after(active, agreed(asking));
const confirms = (change: string, who: { officeId: string; userId: string } = by.branch) =>
  command('confirmChange', '2024-06-16', who, { change });
const corrects = (more: object) =>
  command('correctNumber', day, by.proposer, {
    party: mitraLabour,
    number: { noteId: 'meant', dated: day },
    reasonNoteId: 'why',
    ...more,
  });
const telling = (agreement: AgreementState, told: Command) => () => decide(agreement, told);
const proposing = (only: Partial<Proposal> & { on?: string }) => () => propose(aProposal(only));
const predecessor = { ...active, ending: null };
const own = { id: mitraLabour, side: 'government', outside: false } as const;
const LABOUR: PartyOffice = {
  id: mitraLabour,
  kind: 'opd',
  institution: offices.mitra,
  path: [offices.mitra, mitraLabour],
  region: '71.07',
};
const BRANCH: PartyOffice = {
  id: tondano,
  kind: 'bpjs-branch',
  institution: offices.bpjs,
  path: [offices.bpjs, offices.bpjsSuluttenggomalut, tondano],
  region: null,
};
const OFFICES: readonly PartyOffice[] = [
  LABOUR,
  { ...LABOUR, id: mitraLegal, kind: 'setda-division', path: [offices.mitra, mitraLegal] },
  BRANCH,
];
const placing =
  (only: Partial<Proposal>, proposer = LABOUR) =>
  () =>
    requireOwnPlaces(aProposal(only), OFFICES, proposer);

const BANK = { id: OUTSIDER, side: 'other', outside: true } as const;
const branch = { id: tondano, side: 'bpjs', outside: false } as const;
/** The government of the region and BPJS, both with accounts. */
const PRESENT = [
  { id: offices.mitra, kind: 'government', region: '71.07', named: [] },
  { id: offices.bpjs, kind: 'bpjs-head-office', region: null, named: [] },
] as const satisfies readonly PresentInstitution[];
const outside =
  (parties: Proposal['parties'], present: readonly PresentInstitution[] = PRESENT) =>
  () =>
    requireOutside({ parties, region: '71.07' }, present);

const REFUSED: Record<Exclude<RuleCode, AskedElsewhere>, Refused[]> = {
  AgreementEnded: [
    ['anything to what has ended', telling(ended, submit(by.proposer)), { agreement: ended.id }],
    ['ending twice', telling(ended, ends({}))],
    ['a new term for what has ended', telling(ended, redates('2024-02-01', '2025-12-31'))],
  ],
  VersionStale: [
    [
      'a command from somebody who read an older version',
      telling(anAgreement(), { ...submit(by.proposer), expectedRevision: 3 }),
      { expected: 3, current: 1 },
    ],
  ],
  StageForbids: [
    [
      'handing in what is being signed',
      telling(signing, submit(by.proposer)),
      { command: 'submit', stage: 'signing' },
    ],
    ['approving a draft', telling(anAgreementAt('drafting'), approves(by.legal))],
    [
      'passing the turn while others review',
      telling(anAgreementAt('review'), command('passTurn', day, by.branch, { to: mitraLegal })),
    ],
    ['numbering a draft', telling(anAgreementAt('drafting'), numbers())],
    ['signing a draft', telling(anAgreementAt('drafting'), signs({}))],
    ['signing what is in force', telling(active, signs({}))],
    [
      'returning what one party has signed',
      telling(
        after(signing, [firstSigns]),
        command('return', day, by.branch, { reasonNoteId: 'why' }),
      ),
      { command: 'return', stage: 'signing', signatures: 1 },
    ],
    [
      'returning a proposal',
      telling(anAgreement(), command('return', day, by.proposer, { reasonNoteId: 'why' })),
    ],
    [
      'withdrawing what is in force',
      telling(active, command('withdraw', day, by.proposer, { reasonNoteId: 'why' })),
    ],
    [
      'withdrawing what all have signed',
      telling(waiting, command('withdraw', day, by.proposer, { reasonNoteId: 'why' })),
    ],
    ['terminating what is being drafted', telling(anAgreementAt('drafting'), ends({}))],
    ['terminating what one party has signed', telling(after(signing, [firstSigns]), ends({}))],
  ],
  NotYourTurn: [
    [
      'handing in what lies elsewhere',
      telling(anAgreement(), submit(by.branch)),
      { desk: tondano, onTurn: [mitraLabour] },
    ],
    [
      'approving a step of others',
      telling(anAgreementAt('approval'), approves(by.branch)),
      { desk: tondano, onTurn: [mitraLegal] },
    ],
    [
      'returning what lies elsewhere',
      telling(
        anAgreementAt('review'),
        command('return', day, by.proposer, { reasonNoteId: 'why' }),
      ),
    ],
  ],
  NotAParty: [
    [
      'an office that has no part in it',
      telling(anAgreement(), submit(by.stranger)),
      { officeId: manado },
    ],
    [
      'an approving office that would end it',
      telling(active, { ...ends({}), recordedBy: by.legal }),
      { officeId: mitraLegal },
    ],
    [
      'an approving office that would withdraw it',
      telling(anAgreement(), command('withdraw', day, by.legal, { reasonNoteId: 'why' })),
    ],
    [
      'an approving office that would re-date it',
      telling(anAgreement(), {
        ...redates('2024-02-01', '2024-06-30'),
        recordedBy: by.legal,
      }),
    ],
    [
      'an outside party that would act by itself, without an account',
      telling(threeInReview, submit({ officeId: OUTSIDER, userId: 'nobody' })),
      { officeId: OUTSIDER },
    ],
    [
      'a stranger who acts for an outside party',
      telling(threeInReview, submit(by.stranger, { onBehalfOf: OUTSIDER, evidenceId: 'letter' })),
    ],
  ],
  PartyUnknown: [
    ['a signature of nobody here', telling(signing, signs({ party: manado })), { party: manado }],
    ['a number for nobody here', telling(signing, numbers({ party: manado }))],
    [
      'an act for nobody here',
      telling(threeInReview, submit(by.branch, { onBehalfOf: manado, evidenceId: 'letter' })),
    ],
  ],
  PartyTwice: [
    [
      'an office that faces itself',
      proposing({
        parties: [
          { id: mitraLabour, side: 'government', outside: false },
          { id: tondano, side: 'bpjs', outside: false },
          { id: mitraLabour, side: 'other', outside: false },
        ],
      }),
      { party: mitraLabour },
    ],
  ],
  PartyCountWrong: [
    [
      'one party',
      proposing({ parties: [{ id: mitraLabour, side: 'government', outside: false }] }),
      { count: 1 },
    ],
    [
      'four parties',
      proposing({
        parties: [...THREE_PARTIES, { id: manado, side: 'bpjs', outside: false }],
      }),
      { count: 4 },
    ],
  ],
  SidesMissing: [
    [
      'an agreement without BPJS',
      proposing({
        parties: [
          { id: mitraLabour, side: 'government', outside: false },
          { id: OUTSIDER, side: 'other', outside: true },
        ],
      }),
      { side: 'bpjs' },
    ],
    [
      'an agreement without a government',
      proposing({
        proposingParty: tondano,
        parties: [
          { id: tondano, side: 'bpjs', outside: false },
          { id: OUTSIDER, side: 'other', outside: true },
        ],
      }),
      { side: 'government' },
    ],
  ],
  ProposerApart: [
    ['a proposer of no party', proposing({ proposingParty: manado }), { party: manado }],
    [
      'a proposer of an outside party',
      proposing({ proposingParty: OUTSIDER, parties: THREE_PARTIES }),
      { party: OUTSIDER },
    ],
    [
      'an office that speaks for a neighbour',
      placing({}, { ...LABOUR, id: manado, institution: manado }),
      { party: mitraLabour },
    ],
    [
      'a branch that speaks for the one beside it',
      placing(
        { proposer: manado, proposingParty: tondano },
        { ...BRANCH, id: manado, path: [...BRANCH.path.slice(0, 2), manado] },
      ),
      { party: tondano },
    ],
  ],
  SideWrong: [
    [
      'a government on the side of BPJS',
      placing({ parties: [own, { id: mitraLegal, side: 'bpjs', outside: false }] }),
      { party: mitraLegal },
    ],
    [
      'a branch as a third side',
      placing({ parties: [own, { id: tondano, side: 'other', outside: false }] }),
      { party: tondano },
    ],
  ],
  RegionApart: [['the region of a neighbour', placing({ region: '71.02' }), { region: '71.02' }]],
  TermReversed: [
    [
      'an end before the start',
      proposing({ term: { start: '2024-02-01', end: '2024-01-31' } }),
      { start: '2024-02-01', end: '2024-01-31' },
    ],
    ['such an end given later', telling(anAgreement(), redates('2024-02-01', '2024-01-31'))],
  ],
  TermOutsideParent: [
    [
      'a PKS beyond its MoU',
      proposing({
        parent: {
          id: 'mou',
          kind: 'mou',
          stage: 'active',
          term: { start: '2024-01-01', end: '2024-06-30' },
          exceptionNoteId: null,
        },
      }),
      { parent: 'mou', start: '2024-01-01', end: '2024-06-30' },
    ],
  ],
  ChildrenReachBeyond: [
    [
      'an MoU shorter than its PKS',
      () => {
        const mou = anAgreement({
          kind: 'mou',
          form: 'nota-kesepahaman',
          term: { start: '2024-02-01', end: '2024-06-30' },
        });
        const pks = anAgreement({ id: 'pks' });
        requireTermsAgree(mou, [{ ...pks, parent: { id: mou.id, exception: null } }]);
      },
      { agreements: ['pks'] },
    ],
  ],
  ParentUnsuitable: [
    [
      'a PKS above a PKS',
      proposing({
        parent: {
          id: 'pks',
          kind: 'pks',
          stage: 'active',
          term: { start: '2024-01-01', end: '2024-12-31' },
          exceptionNoteId: null,
        },
      }),
      { parent: 'pks', stage: 'active' },
    ],
  ],
  EndAlreadyPast: [
    [
      'an end before today',
      telling(active, redates('2024-02-01', '2024-06-14', { evidenceId: 'a' }, '2024-06-15')),
      { end: '2024-06-14', today: '2024-06-15' },
    ],
    [
      'a longer term for what has run out',
      telling(active, redates('2024-02-01', '2025-12-31', { evidenceId: 'a' }, '2025-01-01')),
      { end: '2024-12-31', today: '2025-01-01' },
    ],
  ],
  StartNotReached: [
    [
      'a start to come for what is in force',
      telling(active, redates('2024-06-16', '2024-12-31', { evidenceId: 'a' }, '2024-06-15')),
      { start: '2024-06-16', today: '2024-06-15' },
    ],
  ],
  FormUnsuitable: [
    [
      'a PKS called Nota Kesepahaman',
      proposing({ form: 'nota-kesepahaman' }),
      { form: 'nota-kesepahaman', kind: 'pks' },
    ],
    ['an MoU called Kontrak', proposing({ kind: 'mou', form: 'kontrak' })],
    ['a form of no name', proposing({ form: 'surat' as never })],
  ],
  LegalBasisUnknown: [
    ['a basis before its day', proposing({ on: '2018-07-12' }), { legalBasis: 'ksdpk' }],
  ],
  DeskUnknown: [
    [
      'taking up by somebody without a part',
      telling(anAgreement(), submit(by.proposer, { to: manado })),
      { desk: manado, possible: [mitraLabour, tondano, mitraLegal] },
    ],
    [
      'passing to somebody without a part',
      telling(anAgreementAt('drafting'), command('passTurn', day, by.proposer, { to: manado })),
    ],
  ],
  TurnUnchanged: [
    [
      'passing to oneself',
      telling(
        anAgreementAt('drafting'),
        command('passTurn', day, by.proposer, { to: mitraLabour }),
      ),
      { desk: mitraLabour },
    ],
  ],
  StepUnknown: [
    [
      'approving what is not on the route',
      telling(anAgreementAt('approval'), approves(by.legal, 'keuangan')),
      { step: 'keuangan' },
    ],
  ],
  StepsTangled: [
    [
      'a route in a circle',
      proposing({
        approvals: [
          { id: 'a', offices: [mitraLegal], after: ['b'] },
          { id: 'b', offices: [mitraLegal], after: ['a'] },
        ],
      }),
      { steps: ['a', 'b'] },
    ],
  ],
  StepNotReady: [
    [
      'approving before others',
      telling(
        anAgreementAt('approval', {
          approvals: [
            { id: 'hukum', offices: [mitraLegal], after: [] },
            { id: 'cabang', offices: [tondano], after: ['hukum'] },
          ],
        }),
        approves(by.branch, 'cabang'),
      ),
      { step: 'cabang', missing: ['hukum'] },
    ],
  ],
  StepAlreadyApproved: [
    [
      'approving twice',
      telling(
        after(
          anAgreementAt('approval', {
            approvals: [
              { id: 'hukum', offices: [mitraLegal], after: [] },
              { id: 'cabang', offices: [tondano], after: [] },
            ],
          }),
          [approves(by.legal)],
        ),
        approves(by.legal),
      ),
      { step: 'hukum' },
    ],
  ],
  MakerIsChecker: [
    [
      'approving what one handed in oneself',
      telling(anAgreementAt('approval'), approves({ officeId: mitraLegal, userId: 'somebody' })),
      { step: 'hukum' },
    ],
    [
      'recording on paper the approval of what one handed in oneself',
      telling(
        anAgreementAt('approval'),
        command(
          'approve',
          day,
          { officeId: mitraLegal, userId: 'somebody' },
          { step: 'hukum', actedBy: head, evidenceId: 'letter' },
        ),
      ),
    ],
    [
      'approving other dates that one gave it oneself',
      telling(
        after(anAgreementAt('approval'), [
          command(
            'changeDates',
            day,
            { officeId: mitraLabour, userId: 'legal-mitra' },
            { term: { start: '2024-03-01', end: '2024-12-31' }, reasonNoteId: 'why' },
          ),
        ]),
        approves(by.legal),
      ),
    ],
    [
      'a holder who approves on paper what the same holder handed in',
      telling(
        after(anAgreement(), [
          submit(by.proposer),
          submit(by.proposer, {
            actedBy: { kind: 'holder', id: holders.legalHeadMitra },
            evidenceId: 'letter',
          }),
          submit(by.branch),
        ]),
        command('approve', day, by.legal, {
          step: 'hukum',
          actedBy: { kind: 'holder', id: holders.legalHeadMitra },
          evidenceId: 'letter',
        }),
      ),
    ],
  ],
  SecondAccountNeeded: [
    [
      'the last signature by the account that recorded the other one',
      telling(
        after(signing, [firstSigns]),
        command(
          'sign',
          day,
          { officeId: tondano, userId: by.proposer.userId },
          { party: tondano, actedBy: { kind: 'holder', id: holders.headTondano }, signedOn: day },
        ),
      ),
      { party: tondano },
    ],
  ],
  HolderEnteredByYou: [
    [
      'acting in the name of a holder whom one has entered oneself',
      () => requireEnteredByAnother({ id: head.id, enteredBy: 'admin' }, 'admin'),
      { holder: head.id },
    ],
  ],
  PartyInSystem: [
    [
      'BPJS as an outside party',
      outside([own, { ...branch, outside: true }]),
      { office: offices.bpjs },
    ],
    [
      'the government of the region as an outside party',
      outside([{ ...own, outside: true }, branch]),
      { office: offices.mitra },
    ],
    [
      'an outside party that bears the name of an office known here',
      outside(
        [own, branch, BANK],
        [
          {
            id: offices.minahasa,
            kind: 'government',
            region: '71.02',
            named: [{ party: OUTSIDER, office: offices.minahasa }],
          },
        ],
      ),
      { office: offices.minahasa },
    ],
  ],
  EvidenceRequired: [
    [
      'an act of an outside party without a letter',
      telling(threeInReview, submit(by.branch, { onBehalfOf: OUTSIDER })),
      { party: OUTSIDER },
    ],
    [
      'new dates for what all have signed without a letter',
      telling(waiting, redates('2024-02-01', '2024-11-30')),
      {},
    ],
    [
      'new dates for what one has signed without a letter',
      telling(after(signing, [firstSigns]), redates('2024-02-01', '2024-11-30')),
      {},
    ],
    [
      'an approval on paper without a letter',
      telling(
        anAgreementAt('approval'),
        command('approve', day, by.legal, { step: 'hukum', actedBy: head }),
      ),
      { actedBy: head.id },
    ],
    [
      'a text handed in on paper without a letter',
      telling(anAgreementAt('drafting'), submit(by.proposer, { actedBy: head })),
      { actedBy: head.id },
    ],
  ],
  NotAnOutsideParty: [
    [
      'recording what a party can record itself',
      telling(signing, signs({ party: tondano })),
      { party: tondano },
    ],
    [
      'acting for a party that has accounts',
      telling(
        anAgreementAt('review'),
        submit(by.proposer, { onBehalfOf: tondano, evidenceId: 'letter' }),
      ),
    ],
  ],
  NumberAlreadyRecorded: [
    [
      'a second number of one party',
      telling(after(signing, [numbers()]), numbers()),
      { party: mitraLabour },
    ],
  ],
  PaperOlderThanText: [
    [
      'a signature from before there was a text',
      telling(signing, signs({ signedOn: '2024-01-07' })),
      { day: '2024-01-07', since: '2024-01-08' },
    ],
    ['a number of 1990', telling(signing, numbers({ dated: '1990-01-20' }))],
  ],
  TermUnusual: [
    [
      'a term to 2125',
      proposing({ term: { start: '2024-02-01', end: '2125-12-31' } }),
      { start: '2024-02-01', end: '2125-12-31' },
    ],
    ['a term of 2204', proposing({ term: { start: '2204-02-01', end: '2204-12-31' } })],
    ['other dates of 1924', telling(anAgreement(), redates('1924-02-01', '1924-12-31'))],
  ],
  NothingToCorrect: [
    ['a number that is not there', telling(signing, corrects({})), { party: mitraLabour }],
    [
      'a signature that is not there',
      telling(
        signing,
        command('correctSignature', day, by.proposer, {
          party: mitraLabour,
          signature: null,
          reasonNoteId: 'why',
        }),
      ),
    ],
  ],
  RecordedByOther: [
    [
      'the title by the side that did not propose',
      telling(
        anAgreement(),
        command('correctTitle', day, by.branch, { titleNoteId: 'meant', reasonNoteId: 'why' }),
      ),
      { party: mitraLabour },
    ],
  ],
  ChangePending: [
    [
      'asking while something is asked',
      telling(asked, redates('2024-02-01', '2024-11-30', { evidenceId: 'a' }, '2024-06-16')),
      { change: 'terminate', parties: [tondano] },
    ],
    [
      'signing while other dates are asked',
      telling(
        after(after(signing, [firstSigns]), [
          command('changeDates', day, by.branch, {
            term: { start: '2024-02-01', end: '2024-11-30' },
            reasonNoteId: 'why',
            evidenceId: 'addendum',
          }),
        ]),
        command('sign', day, by.branch, {
          party: tondano,
          actedBy: { kind: 'holder', id: holders.headTondano },
          signedOn: day,
        }),
      ),
    ],
  ],
  ChangeNotPending: [
    ['agreeing to what nobody asked', telling(active, confirms('nothing'))],
    ['agreeing to what was asked before', telling(asked, confirms('another'))],
  ],
  ConsentNotAwaited: [
    [
      'agreeing to what one’s own side has asked',
      telling(asked, confirms(asking.commandId, by.proposer)),
      { parties: [tondano] },
    ],
  ],
  EndingAgreed: [
    [
      'other dates for what is to end',
      telling(ending, redates('2024-02-01', '2024-11-30', { evidenceId: 'a' }, '2024-06-16')),
      { day: '2024-09-30' },
    ],
  ],
  NoEndingAhead: [
    [
      'going on with what does not end',
      telling(active, command('continue', '2024-06-16', by.branch, { reasonNoteId: 'why' })),
    ],
  ],
  PartyAlreadySigned: [
    [
      'a second signature of one party',
      telling(after(signing, [firstSigns]), signs({})),
      { party: mitraLabour },
    ],
  ],
  SignedInFuture: [
    [
      'a signature of tomorrow',
      telling(signing, signs({ signedOn: '2024-01-21' })),
      { day: '2024-01-21', today: day },
    ],
    ['a number of tomorrow', telling(signing, numbers({ dated: '2024-01-21' }))],
  ],
  SignedAfterEnd: [
    [
      'a signature under a term that is over',
      telling(signing, signs({}, '2025-01-01')),
      { day: '2025-01-01', end: '2024-12-31' },
    ],
  ],
  ReasonUnlawful: [
    [
      'bankruptcy of a partner who is none',
      telling(anActiveAgreement({ legalBasis: 'sinergi' }), ends({ reason: 'partner-bankrupt' })),
      { reason: 'partner-bankrupt', legalBasis: 'sinergi' },
    ],
    ['a change of regent', telling(active, ends({ reason: 'new-regent' }))],
  ],
  LastDayOutside: [
    [
      'an end after the last day of the term',
      telling(active, ends({ lastDay: '2025-01-01' })),
      { lastDay: '2025-01-01', start: '2024-02-01', latest: '2024-12-31' },
    ],
    ['an end before the start', telling(active, ends({ lastDay: '2024-01-31' }))],
  ],
  SuccessorUnsuitable: [
    [
      'a successor of what is ended for another reason',
      telling(active, ends({ supersededBy: 'the-next' })),
      { agreement: 'the-next', reason: 'agreed-by-parties' },
    ],
    [
      'an agreement in its own place',
      telling(active, ends({ reason: 'superseded', supersededBy: active.id })),
    ],
  ],
  RenewalRunning: [
    [
      'a second renewal',
      () =>
        requireRenewable({ ...predecessor, renewal: { id: 'first', state: 'running' } }, 'pks', {
          start: '2025-01-01',
          end: '2025-12-31',
        }),
      { agreement: active.id, renewal: 'first' },
    ],
  ],
  NotRenewable: [
    [
      'what was never in force',
      () => requireRenewable({ ...signing, ending: null }, 'pks', active.term),
      { agreement: signing.id, stage: 'signing', kind: 'pks' },
    ],
    [
      'what was terminated',
      () => requireRenewable(ended, 'pks', { start: '2025-01-01', end: '2025-12-31' }),
    ],
    [
      'what is to end',
      () => requireRenewable(ending, 'pks', { start: '2025-01-01', end: '2025-12-31' }),
    ],
    [
      'a PKS by an MoU',
      () => requireRenewable(predecessor, 'mou', { start: '2025-01-01', end: '2025-12-31' }),
    ],
    [
      'by what begins no later',
      () => requireRenewable(predecessor, 'pks', { start: '2024-02-01', end: '2025-12-31' }),
      { agreement: active.id, stage: 'active', start: '2024-02-01' },
    ],
  ],
};

describe.each(Object.entries(REFUSED))('%s is said to', (code, refused) => {
  test.each(refused)('%s', (_what, attempt, params) => {
    expect(attempt).toThrow(
      expect.objectContaining({ name: 'RuleBroken', code, ...(params && { params }) }),
    );
  });
});

describe('the codes', () => {
  test('are known by name, and nothing else is one', () => {
    expect(isRuleCode('NotYourTurn')).toBe(true);
    const others = ['TypeError', 'Unexpected', 'toString', '', undefined, 7];
    expect(others.filter(isRuleCode)).toEqual([]);
  });

  test('stand in one table each', () => {
    const codes = [SHARED_REFUSALS, AGREEMENT_REFUSALS].flatMap(Object.keys);

    expect(codes).toHaveLength(Object.keys(REFUSALS).length);
  });

  test('of no table do not compile', () => {
    // @ts-expect-error: the code is NumberTaken.
    expect(ruleBroken('NumberTakn')).toBeInstanceOf(RuleBroken);
  });
});
