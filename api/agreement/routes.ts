/** The routes of agreements: each says what its command is made of. */
import type { AgreementId } from '../../domain/shared/ids.ts';
import type { Person } from '../../domain/agreement/agreement.ts';
import { ruleBroken } from '../../domain/agreement/refusals.ts';
import { mayActFor, requireEnteredByAnother } from '../../domain/agreement/signing.ts';
import { toDay } from '../../prisma/day-column.ts';
import { translator } from '../../texts/translator.ts';
import * as contract from './contract.ts';
import { Refused } from '../http/problems.ts';
import { implement } from '../http/router.ts';
import type { Implementation } from '../http/router.ts';
import { proposeAgreement, proposeRenewal } from './begin-agreement.ts';
import { executeCommand } from './execute-command.ts';
import type { AgreementParts, Building } from './execute-command.ts';
import { listAgreements } from './list-agreements.ts';
import { writeEvidence, writeNote } from './notes.ts';
import { readMilestones, readTimeline } from './read-history.ts';
import { readAgreement } from './read-agreement.ts';

/** Everything under `/agreements`. */
export function agreementRoutes(parts: AgreementParts): Implementation[] {
  const { database } = parts;
  return [
    implement(contract.listAgreements, async ({ query, principal }) => ({
      body: await listAgreements(database.reading(principal.settings), query, principal),
    })),
    implement(contract.getAgreement, async ({ params, principal }) => {
      const body = await readAgreement(database.reading(principal.settings), params.id, principal);
      return { body, etag: body.revision };
    }),
    implement(contract.getTimeline, async ({ params, query, principal }) => ({
      body: await database.withActor(principal.actor, (tx) => readTimeline(tx, params.id, query)),
    })),
    implement(contract.getMilestones, async ({ params, principal }) => ({
      body: await database.withActor(principal.actor, (tx) => readMilestones(tx, params.id)),
    })),

    implement(contract.createAgreement, (call) => proposeAgreement(parts, call)),
    implement(contract.renewAgreement, (call) => proposeRenewal(parts, call)),

    implement(contract.submitAgreement, (call) => {
      const { to, actedBy, ...body } = call.body;
      return executeCommand(parts, call, 'submit', async (building) => ({
        ...(await onBehalf(building, body)),
        ...(await onPaper(building, actedBy)),
        ...(to !== undefined && { to }),
      }));
    }),
    implement(contract.returnAgreement, (call) => {
      const { body } = call;
      return executeCommand(parts, call, 'return', async (building) => ({
        ...(await onBehalf(building, body)),
        reasonNoteId: await writeNote(building.tx, building.author, 'reason', body.reason),
      }));
    }),
    implement(contract.passTurn, (call) => {
      const { to, ...body } = call.body;
      return executeCommand(parts, call, 'passTurn', async (building) => ({
        ...(await onBehalf(building, body)),
        to,
      }));
    }),
    implement(contract.approveAgreement, (call) => {
      const { body } = call;
      return executeCommand(parts, call, 'approve', async (building) => ({
        ...(await withEvidence(building, body.evidence)),
        ...(await onPaper(building, body.actedBy)),
        step: body.step,
      }));
    }),
    implement(contract.recordNumber, (call) => {
      const { body } = call;
      return executeCommand(parts, call, 'recordNumber', async (building) => ({
        ...(await withEvidence(building, body.evidence)),
        party: body.party,
        dated: body.dated,
        ...oldPaper(body),
        numberNoteId: await writeNote(building.tx, building.author, 'number', body.number),
      }));
    }),
    implement(contract.signAgreement, (call) => {
      const { body } = call;
      return executeCommand(parts, call, 'sign', async (building) => ({
        ...(await withEvidence(building, body.evidence)),
        party: body.party,
        signedOn: body.signedOn,
        ...oldPaper(body),
        actedBy: await signatory(building, body),
      }));
    }),
    implement(contract.correctTitle, (call) => {
      const { title, reason } = call.body;
      return executeCommand(parts, call, 'correctTitle', async ({ tx, author }) => ({
        titleNoteId: await writeNote(tx, author, 'title', title),
        reasonNoteId: await writeNote(tx, author, 'reason', reason),
      }));
    }),
    implement(contract.correctNumber, (call) => {
      const { body } = call;
      return executeCommand(parts, call, 'correctNumber', async (building) => {
        const { tx, author } = building;
        const { correct, party } = body;
        return {
          ...(await withEvidence(building, body.evidence)),
          party,
          ...oldPaper(body),
          number: correct && {
            noteId: await writeNote(tx, author, 'number', correct.number),
            dated: correct.dated,
          },
          reasonNoteId: await writeNote(tx, author, 'reason', body.reason),
        };
      });
    }),
    implement(contract.correctSignature, (call) => {
      const { body } = call;
      return executeCommand(parts, call, 'correctSignature', async (building) => {
        const { correct, party } = body;
        return {
          ...(await withEvidence(building, body.evidence)),
          party,
          ...oldPaper(body),
          signature: correct && {
            actedBy: await signatory(building, { party, ...correct }),
            signedOn: correct.signedOn,
          },
          reasonNoteId: await writeNote(building.tx, building.author, 'reason', body.reason),
        };
      });
    }),
    implement(contract.confirmChange, (call) => {
      const { change, evidence } = call.body;
      return executeCommand(parts, call, 'confirmChange', async (building) => ({
        ...(await withEvidence(building, evidence)),
        change,
      }));
    }),
    implement(contract.declineChange, (call) => {
      const { change, reason } = call.body;
      return executeCommand(parts, call, 'declineChange', async ({ tx, author }) => ({
        change,
        reasonNoteId: await writeNote(tx, author, 'reason', reason),
      }));
    }),
    implement(contract.changeDates, (call) => {
      const { body } = call;
      return executeCommand(parts, call, 'changeDates', async (building) => {
        const { tx, author } = building;
        const { parentException: exception } = body;
        return {
          ...(await withEvidence(building, body.evidence)),
          term: body.term,
          ...(body.asMeant && { asMeant: true as const }),
          reasonNoteId: await writeNote(tx, author, 'reason', body.reason),
          ...(exception !== undefined && {
            exceptionNoteId: await writeNote(tx, author, 'exception', exception),
          }),
        };
      });
    }),
    implement(contract.withdrawAgreement, (call) => {
      const { body } = call;
      return executeCommand(parts, call, 'withdraw', async (building) => ({
        reasonNoteId: await writeNote(building.tx, building.author, 'reason', body.reason),
      }));
    }),
    implement(contract.terminateAgreement, (call) => {
      const { body } = call;
      return executeCommand(parts, call, 'terminate', async (building) => ({
        evidenceId: await writeEvidence(building.tx, building.author, body.evidence),
        reason: body.reason,
        lastDay: body.lastDay,
        ...(await successor(building, body.supersededBy)),
      }));
    }),
    implement(contract.keepInForce, (call) => {
      const { evidence, reason } = call.body;
      return executeCommand(parts, call, 'continue', async (building) => ({
        ...(await withEvidence(building, evidence)),
        reasonNoteId: await writeNote(building.tx, building.author, 'reason', reason),
      }));
    }),
  ];
}

type Letter = { number: string; date: string };
type OnBehalf = {
  onBehalfOf?: string | undefined;
  evidence?: Letter | undefined;
  note?: string | undefined;
};

async function onBehalf(building: Building, { onBehalfOf, evidence, note }: OnBehalf) {
  const { tx, author } = building;
  return {
    ...(onBehalfOf !== undefined && { onBehalfOf }),
    ...(await withEvidence(building, evidence)),
    ...(note !== undefined && { noteId: await writeNote(tx, author, 'remark', note) }),
  };
}

function oldPaper({ oldPaper: isOld }: { oldPaper: boolean }): { oldPaper?: true } {
  return isOld ? { oldPaper: true } : {};
}

async function withEvidence({ tx, author }: Building, letter: Letter | undefined) {
  return letter === undefined ? {} : { evidenceId: await writeEvidence(tx, author, letter) };
}

// An act on paper is compared with others by the person: by the account, where there is one. It never rests
// on that link: another account than the holder's own entry and the text's has to record it.
async function onPaper(
  { tx, author, given }: Building,
  holderId: string | undefined,
): Promise<{ actedBy?: Person }> {
  if (holderId === undefined) return {};
  const holder = await tx.officeHolder.findUnique({ where: { id: holderId } });
  if (!holder) throw new Refused('HolderUnknown');
  const { officeId: office } = author;
  const { path } = await tx.office.findUniqueOrThrow({ where: { id: office } });
  const { businessDay: day } = given;
  const { fromDay, untilDay, userId } = holder;
  const signsFor = path.includes(holder.officeId) ? [office] : [];
  const tenure = { from: toDay(fromDay), until: untilDay && toDay(untilDay), signsFor };
  if (!mayActFor(tenure, office, day)) throw ruleBroken('HolderWithoutAuthority', { office, day });
  requireEnteredByAnother(holder, given.recordedBy.userId);
  return {
    actedBy: userId === null ? { kind: 'holder', id: holderId } : { kind: 'user', id: userId },
  };
}

async function signatory(
  { tx, author, agreement }: Building,
  {
    party,
    actedBy,
    outsideSigner,
  }: { party: string; actedBy?: string | undefined; outsideSigner?: string | undefined },
): Promise<Person> {
  const outside = agreement.parties.some((each) => each.id === party && each.outside);
  if (outside) {
    const errors = [{ field: 'outsideSigner', message: translator('fields')('outsideSigner') }];
    if (outsideSigner === undefined)
      throw new Refused('InvalidRequest', { fields: 'outsideSigner' }, { errors });
    return { kind: 'outside', id: await writeNote(tx, author, 'outside-signer', outsideSigner) };
  }
  if (actedBy === undefined) throw new Refused('SignatoryUnknown');
  return { kind: 'holder', id: actedBy };
}

async function successor(
  { tx }: Building,
  id: string | undefined,
): Promise<{ supersededBy?: AgreementId }> {
  if (id === undefined) return {};
  const known = (await tx.agreement.count({ where: { id } })) > 0;
  if (!known) throw new Refused('AgreementUnknown', {}, { field: 'supersededBy' });
  return { supersededBy: id };
}
