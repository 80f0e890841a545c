/** PostgreSQL's copy of every agreement is what its workflow says, and neither is without the other. */
import { isDeepStrictEqual } from 'node:util';
import { isEnded } from '../../domain/agreement/agreement.ts';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import type { WorkflowStanding } from '../engine-facts.ts';
import type { AgreementRow, Facts } from '../facts.ts';
import type { Checked, Finding } from './finding.ts';

/** Compares both stores, agreement by agreement. */
export function checkCopies({
  agreements,
  workflows,
}: Pick<Facts, 'agreements' | 'workflows'>): Checked {
  const standingOf = new Map(workflows.map((workflow) => [workflow.agreementId, workflow]));
  const known = new Set(agreements.map(({ id }) => id));
  const say = (about: string, what: string): Finding => ({ check: 'copies', about, what });
  const findings = [
    ...agreements.flatMap((row) =>
      differences(row, standingOf.get(row.id)).map((what) => say(row.id, what)),
    ),
    ...workflows
      .filter(({ agreementId, refused }) => !known.has(agreementId) && !refused)
      .map(({ agreementId, status }) => say(agreementId, `runs (${status}) and has no copy`)),
  ];
  return { looked: agreements.length, findings };
}

function differences(
  { version, state }: AgreementRow,
  workflow: WorkflowStanding | undefined,
): string[] {
  if (!workflow) return ['has no workflow'];
  const { status } = workflow;
  if (isEnded(state) ? status !== 'COMPLETED' : status !== 'RUNNING') {
    return [`is ${state.stage} in its copy, and its workflow ${status}`];
  }
  if (state.version !== version) return [`says version ${state.version} in the row of ${version}`];
  if (workflow.version === null) return ['its workflow does not say where it stands'];
  if (workflow.version !== version) {
    return [`stands at version ${workflow.version}, and its copy at version ${version}`];
  }
  // What a milestone changed last is in no history, so there is not always a state to compare.
  const differing = workflow.state?.version === version ? fieldsApart(workflow.state, state) : [];
  return differing.length > 0 ? [`differs from its copy in ${differing.join(', ')}`] : [];
}

function fieldsApart(one: AgreementState, other: AgreementState): string[] {
  return (Object.keys({ ...one, ...other }) as (keyof AgreementState)[]).filter(
    (field) => !isDeepStrictEqual(shownIn(one, field), shownIn(other, field)),
  );
}

// Refusals are remembered by the workflow alone.
function shownIn(state: AgreementState, field: keyof AgreementState): unknown {
  return field === 'recentCommands'
    ? state.recentCommands.filter(({ refusal }) => refusal === null)
    : state[field];
}
