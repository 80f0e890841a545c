/** One agreement as its readers see it: the stored state with names in place of ids. */
import type { z } from 'zod';
import {
  fullySignedAt,
  isFullySigned,
  lastDayOf,
  listedParties,
  participantsOf,
  approvedAt,
  signedAt,
} from '../../domain/agreement/agreement.ts';
import type {
  AgreementState,
  ApprovalStep,
  PendingChange,
  Person,
  Stage,
} from '../../domain/agreement/agreement.ts';
import type { DeskId, OfficeId, UserId } from '../../domain/shared/ids.ts';
import { isApproved, readySteps, stepNames } from '../../domain/agreement/approval.ts';
import { dayAt, daysBetween } from '../../domain/shared/day.ts';
import type { Day, Instant } from '../../domain/shared/day.ts';
import { formerAt } from '../../domain/office/former-name.ts';
import { stageInLaw } from '../../domain/agreement/legal-basis.ts';
import { commandsFor, TURN_ACTION } from '../../domain/agreement/available-commands.ts';
import { joinedParties } from '../../domain/agreement/proposal.ts';
import { gapDays } from '../../domain/agreement/renewal.ts';
import { inForceFrom } from '../../domain/agreement/signing.ts';
import type { Reading } from '../../prisma/connect.ts';
import type { Agreement } from './answers.ts';
import type { Principal } from '../http/principal.ts';
import { Refused } from '../http/problems.ts';
import { marksIn, scopesOf } from './acting.ts';
import type { Scopes } from './acting.ts';
import { agreementRows } from './agreement-rows.ts';
import type { AgreementRows, RelatedRow } from './agreement-rows.ts';
import type { Recorder } from '../../domain/shared/command-metadata.ts';

/** The agreement in the answers of the API. */
export type AgreementBody = z.input<typeof Agreement>;

/** The stored state; an agreement that is unknown or foreign is not found. */
export async function storedState(tx: Reading, id: string): Promise<AgreementState> {
  const [row] = await tx.$queryRaw<{ state: AgreementState }[]>`
    select state from agreement where id = ${id}::uuid`;
  if (!row) throw new Refused('NotFound');
  return row.state;
}

/** The agreement with everything its page shows, for this caller. */
export async function readAgreement(
  tx: Reading,
  id: string,
  principal: Principal,
): Promise<AgreementBody> {
  const rows = await agreementRows(tx, id, marksIn(principal.reach));
  const { state, letters, numbers, handovers, holders } = rows;
  const related = relativesOf(rows);
  const scopes = scopesOf(principal.reach, rows.reached);
  const names = new Map(Object.entries(rows.names));
  const today = dayAt(principal.now, state.zone);
  const fullySigned = isFullySigned(state);
  // What all have signed shows the names of that moment; everything else those of today.
  const signed = fullySignedAt(listedParties(state));
  const exception = state.parent?.exception ?? null;
  const joined = joinedIn(rows);

  return {
    id,
    revision: state.revision,
    kind: state.kind,
    form: state.form,
    legalBasis: state.legalBasis,
    title: nameOf(state.titleNoteId),
    region: { code: state.region, ...named(state.region, signed, rows.region ?? state.region) },
    zone: state.zone,
    stage: state.stage,
    stageInLaw: stageInLaw(state.stage, state.kind),
    stageSince: state.stageSince,
    awaitsStart: state.stage === 'signing' && fullySigned,
    inForceFrom: fullySigned ? inForceFrom(state) : null,
    term: state.term,
    today,
    daysLeft: daysBetween(today, lastDayOf(state)),
    proposer: desk(state.proposer, signed),
    proposingParty: desk(state.proposingParty, signed),
    createdOn: state.created.businessDay,
    desks: state.turn.desks.map((each) => desk(each)),
    turnSince: state.turn.since,
    myTurn: isMyTurn({ stage: state.stage, desks: state.turn.desks }, scopes),
    textVersion: state.text.version,
    handedIn: state.text.handedInBy && {
      desk: desk(state.text.handedInBy.desk, signed),
      actedBy: actor(state.text.handedInBy.person, signed),
    },
    parties: state.parties.map(({ id: party, side, outside, signature }) => {
      const at = signature && signedAt(signature, state.zone);
      return {
        id: party,
        ...named(party, at),
        side,
        outside,
        joined: joined.get(party) ?? null,
        number: numberOf(party),
        signature: signature && {
          actedBy: actor(signature.actedBy, at),
          recordedBy: recorder(signature.recordedBy, at),
          signedOn: signature.signedOn,
          evidence: letter(signature.evidenceId),
        },
      };
    }),
    approvals: state.approvals.map((step) => ({
      id: step.id,
      offices: step.offices.map((each) => desk(each, instantOf(step))),
      after: stepNames(state.approvals, step.after),
      ready: state.stage === 'approval' && readySteps(state).includes(step),
      approval: step.approval && {
        actedBy: actor(step.approval.actedBy, instantOf(step)),
        recordedBy: recorder(step.approval.recordedBy, instantOf(step)),
        on: step.approval.on,
        textVersion: step.approval.textVersion,
        current: isApproved(state, step),
        evidence: letter(step.approval.evidenceId),
      },
    })),
    area: rows.area.map(({ code, name }) => ({ code, ...named(code, signed, name) })),
    submittingOffices: rows.submittingOffices.map((each) => desk(each, signed)).sort(byName),
    ...related,
    twins: rows.twins.map((row) => rendered(row, null)),
    parentException: exception && { reason: nameOf(exception.noteId), term: exception.term },
    pending: state.pending && pendingBody(state.pending),
    ending: state.ending && {
      ...state.ending,
      supersededBy:
        state.ending.supersededBy === null
          ? null
          : { id: state.ending.supersededBy, title: titleOf(state.ending.supersededBy) },
    },
    handovers: handovers.map((each) => ({
      id: each.id,
      office: nameOf(each.officeId),
      outgoing: each.outgoing ?? '—',
      incoming: each.incoming ?? '—',
      openedOn: each.openedOn,
      doneOn: each.doneOn,
      mayComplete: each.doneOn === null && scopes('holder.write').includes(each.officeId),
    })),
    ...possibleFor(principal.userId, state, scopes, { today, related, desk }),
  };

  function nameOf(of: string): string {
    return names.get(of) ?? '—';
  }

  function named(of: string, at: Instant | null, today = nameOf(of)) {
    const then = formerAt(rows.former, of, at)?.name ?? today;
    return { name: then, ...(then !== today && { nameToday: today }) };
  }

  // Until all have signed, everything shows the names of today.
  function instantOf({ approval }: ApprovalStep): Instant | null {
    return approval && signed !== null ? approvedAt(approval, state.zone, signed) : signed;
  }

  function titleOf(of: string): string {
    return rows.related.find((each) => each.id === of)?.title ?? '—';
  }

  function desk(of: DeskId, at: Instant | null = null) {
    return { id: of, ...named(of, at), outside: isOutside(state, of) };
  }

  function pendingBody({ id: asked, change, party, by, on, awaits }: PendingChange) {
    const isEnd = change.type === 'terminate';
    const number = change.type === 'correctNumber' ? change.number : null;
    const signature = change.type === 'correctSignature' ? change.signature : null;
    return {
      id: asked,
      change: change.type,
      party: desk(party),
      recordedBy: recorder(by, null),
      on,
      awaits: awaits.map((each) => desk(each)),
      reason: 'reasonNoteId' in change ? nameOf(change.reasonNoteId) : null,
      evidence: 'evidenceId' in change ? letter(change.evidenceId ?? null) : null,
      term: change.type === 'changeDates' ? change.term : null,
      ending: isEnd ? { lawful: change.reason, lastDay: change.lastDay } : null,
      title: change.type === 'correctTitle' ? nameOf(change.titleNoteId) : null,
      number:
        change.type === 'correctNumber' && number
          ? { party: desk(change.party), number: nameOf(number.noteId), dated: number.dated }
          : null,
      signature:
        change.type === 'correctSignature' && signature
          ? {
              party: desk(change.party),
              actedBy: actor(signature.actedBy, null),
              signedOn: signature.signedOn,
            }
          : null,
    };
  }

  function numberOf(party: DeskId) {
    const reservation = numbers.find(({ partyId }) => partyId === party);
    const entered = state.parties.find((each) => each.id === party)?.number;
    return reservation && entered ? { number: reservation.number, dated: reservation.dated } : null;
  }

  function letter(of: string | null) {
    return letters.find((each) => each.id === of) ?? null;
  }

  function actor({ kind, id: of }: Person, at: Instant | null) {
    const holder = holders.find((each) => each.id === of);
    const then = holder && formerAt(rows.former, of, at);
    return {
      kind,
      id: of,
      name: then?.name ?? holder?.name ?? names.get(of) ?? null,
      position: then?.position ?? holder?.position ?? null,
      capacity: holder?.capacity ?? null,
    };
  }

  function recorder({ userId, officeId }: Recorder, at: Instant | null) {
    return { userId, userName: names.get(userId) ?? null, office: named(officeId, at).name };
  }
}

/** Whether the text lies on a desk for which the caller may do what that desk has to do. */
export function isMyTurn(
  { stage, desks }: { stage: Stage; desks: readonly DeskId[] },
  scopes: Scopes,
): boolean {
  const action = TURN_ACTION[stage];
  return action !== null && desks.some((desk) => scopes(action).includes(desk));
}

type Related = Pick<AgreementBody, 'parent' | 'children' | 'renewalOf' | 'renewedBy'>;

function rendered(row: RelatedRow, gap: number | null) {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    stage: row.stage,
    term: { start: row.start, end: row.end },
    gapDays: gap,
  };
}

function relativesOf({ state, related }: AgreementRows): Related {
  const parent = related.find(({ id }) => id === state.parent?.id);
  const before = related.find(({ id }) => id === state.renewalOf);
  const after = related.find(
    ({ renewalOf, endedReason, lastDay }) =>
      renewalOf === state.id && (endedReason === null || lastDay !== null),
  );
  const children = related.filter(({ parentId }) => parentId === state.id);
  const end = lastDayOf(state);
  return {
    parent: parent ? rendered(parent, null) : null,
    children: children.map((row) => rendered(row, null)),
    renewalOf: before
      ? rendered(before, gapDays({ start: '', end: before.lastDay ?? before.end }, state.term))
      : null,
    renewedBy: after
      ? rendered(after, gapDays({ start: '', end }, { start: after.start, end: '' }))
      : null,
  };
}

type Joined = AgreementBody['parties'][number]['joined'];

function joinedIn({ state, present }: AgreementRows): Map<DeskId, Joined> {
  const nameOf = new Map(
    present.flatMap(({ id, name, named }): [string, string][] => [
      [id, name],
      ...named.map((bearer): [string, string] => [bearer.office, bearer.name]),
    ]),
  );
  const called = (id: OfficeId) => ({ id, name: nameOf.get(id) ?? '—' });
  return new Map(
    joinedParties(state, present).map(({ party, institution, office }) => [
      party,
      { institution: called(institution), office: office === null ? null : called(office) },
    ]),
  );
}

function possibleFor(
  userId: UserId,
  state: AgreementState,
  scopes: Scopes,
  {
    today,
    related: { renewedBy },
    desk,
  }: { today: Day; related: Related; desk: (id: DeskId) => AgreementBody['desks'][number] },
): Pick<AgreementBody, 'possible' | 'leftToColleagues'> {
  const { possible, leftToColleagues } = commandsFor(userId, state, scopes, today);
  const steps = possible.map(({ office, onBehalfOf, party, ...step }) => ({
    ...step,
    office: desk(office),
    ...(onBehalfOf !== undefined && { onBehalfOf: desk(onBehalfOf) }),
    ...(party !== undefined && { party: desk(party) }),
  }));
  const { stage, ending } = state;
  const wasInForce = (stage === 'active' && ending === null) || ending?.reason === 'expired';
  const renewing = wasInForce && !renewedBy ? scopes('agreement.renew') : [];
  const renewals = [...new Set(renewing)]
    .filter((office) => participantsOf(state).includes(office))
    .map((office) => ({ command: 'renew' as const, office: desk(office) }));
  return { possible: [...steps, ...renewals], leftToColleagues };
}

// Made once: `localeCompare` with options makes a collator for each comparison, at a hundred times the cost.
const ALPHABET = new Intl.Collator('id', { numeric: true });

function byName(one: { name: string }, other: { name: string }): number {
  return ALPHABET.compare(one.name, other.name);
}

function isOutside({ parties }: AgreementState, desk: DeskId): boolean {
  return parties.some(({ id, outside }) => id === desk && outside);
}
