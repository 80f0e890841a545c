/**
 * The approval route: steps that wait for one another, each open to one office or to any of a
 * group, each approval bound to the version of the text it was given to.
 */
import type { AgreementState, Approval, ApprovalStep, Person } from './agreement.ts';
import type { EvidenceId } from '../shared/ids.ts';
import { ruleBroken } from './refusals.ts';
import { moveToStage, unsigned } from './stage.ts';
import type { Decision } from './transition.ts';
import { actorOf, withTurn } from './turn.ts';
import type { CommandMetadata } from '../shared/command-metadata.ts';

/** The most steps and offices of a route, which is part of the state; the contract refuses more. */
export const MOST_STEPS = 8;
export const MOST_APPROVING_OFFICES = 16;

/** A step as it is proposed: `after` names the steps that have to be done before it. */
export type ProposedStep = Pick<ApprovalStep, 'id' | 'offices'> & { after: string[] };

export type Approve = CommandMetadata & {
  type: 'approve';
  step: string;
  /** Who approved on paper. Left out, the recording user has approved. */
  actedBy?: Person;
  evidenceId?: EvidenceId;
};

/** Approves one step for the current version of the text. The last approval opens the signing. */
export function approve(agreement: AgreementState, command: Approve): Decision {
  const { officeId } = command.recordedBy;
  const step = agreement.approvals.find(({ id }) => id === command.step);

  if (agreement.stage !== 'approval') {
    throw ruleBroken('StageForbids', { command: 'approve', stage: agreement.stage });
  }
  if (!step) throw ruleBroken('StepUnknown', { step: command.step });
  if (!step.offices.includes(officeId)) {
    throw ruleBroken('NotYourTurn', { desk: officeId, onTurn: step.offices });
  }
  if (isApproved(agreement, step)) throw ruleBroken('StepAlreadyApproved', { step: step.id });
  const missing = missingBefore(agreement, step);
  if (missing.length > 0) throw ruleBroken('StepNotReady', { step: step.id, missing });

  const actedBy = actorOf(command);
  const { handedInBy, writers } = agreement.text;
  // Whoever records an approval vouches for it, also for one on paper: the link between an office holder
  // and an account is optional.
  const isWriter = writers.includes(command.recordedBy.userId);
  if (isWriter || isSamePerson(actedBy, handedInBy?.person)) {
    throw ruleBroken('MakerIsChecker', { step: step.id });
  }

  const approval: Approval = {
    textVersion: agreement.text.version,
    actedBy,
    recordedBy: command.recordedBy,
    on: command.businessDay,
    evidenceId: command.evidenceId ?? null,
  };
  const approvals = agreement.approvals.map((each) =>
    each === step ? { ...each, approval } : each,
  );
  const approved = { ...agreement, approvals };
  const waiting = readySteps(approved).flatMap(({ offices }) => offices);
  const { textVersion, evidenceId: evidence } = approval;
  return {
    state:
      waiting.length > 0
        ? withTurn(approved, waiting, command.businessDay)
        : moveToStage(approved, 'signing', unsigned(approved), command),
    events: [{ kind: 'approved', step: step.id, office: officeId, actedBy, textVersion, evidence }],
  };
}

/** The steps that can be approved now: not yet done for this text, nothing missing before. */
export function readySteps(agreement: AgreementState): ApprovalStep[] {
  return agreement.approvals.filter(
    (step) => !isApproved(agreement, step) && missingBefore(agreement, step).length === 0,
  );
}

/** Whether the step's approval belongs to the present version of the text. */
export function isApproved(agreement: AgreementState, { approval }: ApprovalStep): boolean {
  return approval?.textVersion === agreement.text.version;
}

/**
 * Refuses a route that could never be completed: a step that waits for an unknown step, for itself or in a
 * circle; two steps of one name; a step without an office.
 */
export function requireCompletableRoute(steps: readonly ProposedStep[]): void {
  const names = steps.map(({ id }) => id);
  const completed = new Set<string>();
  let waiting = [...steps];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ after }) => after.every((name) => completed.has(name)));
    if (ready.length === 0) break;
    for (const { id } of ready) completed.add(id);
    waiting = waiting.filter((step) => !ready.includes(step));
  }
  const neverReady = waiting.map(({ id }) => id);
  const withoutOffice = steps.filter(({ offices }) => offices.length === 0).map(({ id }) => id);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const broken = [...neverReady, ...withoutOffice, ...twice];
  if (broken.length > 0) throw ruleBroken('StepsTangled', { steps: broken });
}

/** The names of the steps at these positions of a route. */
export function stepNames(
  route: readonly { id: string }[],
  positions: readonly number[],
): string[] {
  return route.filter((_, at) => positions.includes(at)).map(({ id }) => id);
}

function missingBefore(agreement: AgreementState, { after }: ApprovalStep): string[] {
  const { approvals } = agreement;
  const waited = approvals.filter((step, at) => after.includes(at) && !isApproved(agreement, step));
  return waited.map(({ id }) => id);
}

function isSamePerson(one: Person, other: Person | undefined): boolean {
  return one.kind === other?.kind && one.id === other.id;
}
