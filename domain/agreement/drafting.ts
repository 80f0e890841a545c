/**
 * The way of the text from proposal to the approval route: handing it on, returning it, passing
 * it to another desk, withdrawing the whole.
 */
import { desksOf, isFullySigned } from './agreement.ts';
import type { AgreementState, Person } from './agreement.ts';
import type { DeskId, EvidenceId, NoteId } from '../shared/ids.ts';
import { readySteps } from './approval.ts';
import { ruleBroken } from './refusals.ts';
import { moveToStage, unsigned } from './stage.ts';
import type { Decision } from './transition.ts';
import { deskOnTurn, requireParticipant, actorOf, withTurn } from './turn.ts';
import type { CommandMetadata } from '../shared/command-metadata.ts';

export type Submit = CommandMetadata & {
  type: 'submit';
  /** Who drafts, when a proposal is taken up; the proposer when not said. */
  to?: DeskId;
  onBehalfOf?: DeskId;
  actedBy?: Person;
  noteId?: NoteId;
  evidenceId?: EvidenceId;
};

export type Return = CommandMetadata & {
  type: 'return';
  reasonNoteId: NoteId;
  onBehalfOf?: DeskId;
  evidenceId?: EvidenceId;
};

export type PassTurn = CommandMetadata & {
  type: 'passTurn';
  to: DeskId;
  onBehalfOf?: DeskId;
  noteId?: NoteId;
  evidenceId?: EvidenceId;
};

export type Withdraw = CommandMetadata & { type: 'withdraw'; reasonNoteId: NoteId };

/** Hands the text on to the stage that follows, or clears it for the desk that reviewed it. */
export function submit(agreement: AgreementState, command: Submit): Decision {
  const { stage } = agreement;
  if (stage !== 'proposal' && stage !== 'drafting' && stage !== 'review') {
    throw ruleBroken('StageForbids', { command: 'submit', stage });
  }
  const by = { desk: deskOnTurn(agreement, command), person: whoSubmitted(command) };
  const next = {
    proposal: takenUp,
    drafting: handedIn,
    review: cleared,
  }[stage](agreement, by, command);
  const { desk, person: actedBy } = by;
  const { noteId = null, evidenceId = null } = command;
  const remarks = { note: noteId, evidence: evidenceId };
  const textVersion = next.text.version;
  return {
    state: next,
    events: [{ kind: 'submitted', from: stage, desk, actedBy, textVersion, remarks }],
  };
}

/** Sends the text back to the desk that handed it in. Approvals given so far stay with the old text. */
export function returnText(agreement: AgreementState, command: Return): Decision {
  const { stage } = agreement;
  const signatures = agreement.parties.filter(({ signature }) => signature).length;
  const returnable = stage === 'review' || stage === 'approval' || stage === 'signing';
  if (!returnable || signatures > 0) {
    throw ruleBroken('StageForbids', { command: 'return', stage, signatures });
  }
  const desk = deskOnTurn(agreement, command);
  const author = agreement.text.handedInBy?.desk ?? agreement.proposer;
  return {
    state: moveToStage(agreement, 'drafting', [author], command),
    events: [
      {
        kind: 'returned',
        from: stage,
        desk,
        reason: command.reasonNoteId,
        evidence: command.evidenceId ?? null,
      },
    ],
  };
}

/** Passes the text, or later the originals, to another desk without changing the stage. */
export function passTurn(agreement: AgreementState, command: PassTurn): Decision {
  const { stage } = agreement;
  if (stage !== 'proposal' && stage !== 'drafting' && stage !== 'active') {
    throw ruleBroken('StageForbids', { command: 'passTurn', stage });
  }
  const from = deskOnTurn(agreement, command);
  if (!desksOf(agreement).includes(command.to)) {
    throw ruleBroken('DeskUnknown', { desk: command.to, possible: desksOf(agreement) });
  }
  if (agreement.turn.desks.includes(command.to)) {
    throw ruleBroken('TurnUnchanged', { desk: command.to });
  }
  const { noteId = null, evidenceId = null } = command;
  const remarks = { note: noteId, evidence: evidenceId };
  return {
    state: withTurn(agreement, [command.to], command.businessDay),
    events: [{ kind: 'turn-passed', from, to: command.to, remarks }],
  };
}

/** Gives the agreement up before all parties have signed; afterwards only the law's reasons end it. */
export function withdraw(agreement: AgreementState, command: Withdraw): Decision {
  if (agreement.stage === 'active' || isFullySigned(agreement)) {
    throw ruleBroken('StageForbids', { command: 'withdraw', stage: agreement.stage });
  }
  requireParticipant(agreement, command.recordedBy.officeId);
  const ended = moveToStage(agreement, 'ended', [], command);
  return {
    state: {
      ...ended,
      ending: { reason: 'withdrawn', lawful: null, lastDay: null, supersededBy: null },
    },
    events: [{ kind: 'withdrawn', reason: command.reasonNoteId }],
  };
}

/**
 * The parties that have to clear the text: all but the one for which it was handed in. A desk that
 * is not itself a party drafts for the side that proposed.
 */
export function reviewersOf({ parties, proposingParty, text }: AgreementState): DeskId[] {
  const ids = parties.map(({ id }) => id);
  const author = ids.find((id) => id === text.handedInBy?.desk) ?? proposingParty;
  return ids.filter((id) => id !== author);
}

/** Another text, in dates or title: what was cleared or approved before was the old one. */
export function asAnotherText(agreement: AgreementState, given: CommandMetadata): AgreementState {
  const { stage, text } = agreement;
  if (stage !== 'review' && stage !== 'approval' && stage !== 'signing') return agreement;
  const { businessDay: since, recordedBy } = given;
  const writers = [...new Set([...text.writers, recordedBy.userId])];
  const anew = { ...agreement, text: { ...text, version: text.version + 1, since, writers } };
  if (stage === 'review') return withTurn(anew, reviewersOf(anew), since);
  const approvers = readySteps(anew).flatMap(({ offices }) => offices);
  if (approvers.length === 0) return anew;
  return stage === 'approval'
    ? withTurn(anew, approvers, since)
    : moveToStage(anew, 'approval', approvers, given);
}

type Submitter = { desk: DeskId; person: Person };

function takenUp(agreement: AgreementState, _by: Submitter, command: Submit): AgreementState {
  const drafter = command.to ?? agreement.proposer;
  if (!desksOf(agreement).includes(drafter)) {
    throw ruleBroken('DeskUnknown', { desk: drafter, possible: desksOf(agreement) });
  }
  return moveToStage(agreement, 'drafting', [drafter], command);
}

function handedIn(agreement: AgreementState, by: Submitter, command: Submit): AgreementState {
  const { userId } = command.recordedBy;
  const { businessDay: since } = command;
  const text = { version: agreement.text.version + 1, since, handedInBy: by, writers: [userId] };
  const written = { ...agreement, text };
  return moveToStage(written, 'review', reviewersOf(written), command);
}

function cleared(agreement: AgreementState, { desk }: Submitter, command: Submit): AgreementState {
  const waiting = agreement.turn.desks.filter((each) => each !== desk);
  if (waiting.length > 0) return withTurn(agreement, waiting, agreement.turn.since);
  const approvers = readySteps(agreement).flatMap(({ offices }) => offices);
  return approvers.length > 0
    ? moveToStage(agreement, 'approval', approvers, command)
    : moveToStage(agreement, 'signing', unsigned(agreement), command);
}

// The text of a party outside the system is that party's; the user who records it did not write it.
function whoSubmitted(command: Submit): Person {
  const { onBehalfOf } = command;
  return onBehalfOf === undefined ? actorOf(command) : { kind: 'outside', id: onBehalfOf };
}
