/** PostgreSQL's copy of every entity is what its workflow says, and neither is without the other. */
import { isDeepStrictEqual } from 'node:util';
import type { EntityState } from '../../domain/shared/entity.ts';
import type { WorkflowStanding } from '../engine-facts.ts';
import type { CopyRow, Facts } from '../facts.ts';
import type { Checked, Finding } from './finding.ts';

/** Compares both stores, entity by entity. */
export function checkCopies({ copies, workflows }: Pick<Facts, 'copies' | 'workflows'>): Checked {
  const standingOf = new Map(workflows.map((workflow) => [nameOf(workflow), workflow]));
  const known = new Set(copies.map(nameOf));
  const say = (about: string, what: string): Finding => ({ check: 'copies', about, what });
  const findings = [
    ...copies.flatMap((row) =>
      differences(row, standingOf.get(nameOf(row))).map((what) => say(row.id, what)),
    ),
    ...workflows
      .filter((workflow) => !known.has(nameOf(workflow)) && !workflow.refused)
      .map(({ id, status }) => say(id, `runs (${status}) and has no copy`)),
  ];
  return { looked: copies.length, findings };
}

function nameOf({ table, id }: Pick<CopyRow, 'table' | 'id'>): string {
  return `${table}/${id}`;
}

function differences(
  { version, state, isEnded }: CopyRow,
  workflow: WorkflowStanding | undefined,
): string[] {
  if (!workflow) return ['has no workflow'];
  const { status } = workflow;
  if (isEnded ? status !== 'COMPLETED' : status !== 'RUNNING') {
    return [`is ${isEnded ? 'ended' : 'open'} in its copy, and its workflow ${status}`];
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

function fieldsApart(one: EntityState, other: EntityState): string[] {
  return (Object.keys({ ...one, ...other }) as (keyof EntityState)[]).filter((field) =>
    field === 'recentCommands'
      ? !haveSameMemory(one, other)
      : !isDeepStrictEqual(one[field], other[field]),
  );
}

// Refusals are remembered by the workflow alone, where each lets an older command be forgotten.
function haveSameMemory(one: EntityState, other: EntityState): boolean {
  const accepted = [one, other].map(({ recentCommands }) =>
    recentCommands.filter(({ code }) => code === null),
  );
  const shared = Math.min(...accepted.map(({ length }) => length));
  const [ours, theirs] = accepted.map((each) => each.slice(each.length - shared));
  return isDeepStrictEqual(ours, theirs);
}
