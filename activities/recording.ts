/**
 * What a lifecycle asks to have recorded, and what it learns from it. Shapes only, so that
 * workflows can import them.
 */
import type { AgreementState, Given } from '../domain/agreement.ts';
import type { ClaimingCommand } from '../domain/command.ts';
import type { Day } from '../domain/day.ts';
import type { Change } from '../domain/happening.ts';
import type { Plan, Rules } from '../domain/milestone.ts';
import type { Refusal } from '../domain/rule-broken.ts';

/** Why the agreement changed. The key makes a repeated recording harmless. */
export type Cause =
  | { by: 'person'; given: Given }
  | { by: 'time'; key: string; day: Day; rules: Rules }
  | { by: 'engine'; key: string; day: Day };

/** One change with its cause. */
export type Recording = { change: Change; cause: Cause };

/**
 * What recording answers. With a `refusal` or `newerRules` nothing was recorded: the command was
 * never asked for, PostgreSQL does not grant what a new agreement rests on (the one renewal of its
 * predecessor, a place under its MoU), or a reminder was planned by rules that no longer hold.
 * `held` is what PostgreSQL had under this version before, from an attempt whose workflow task was
 * lost; it stays. `plan` is that of the recorded state.
 */
export type Recorded = {
  /** The version that PostgreSQL holds now; meaningless where nothing was recorded. */
  version: number;
  plan: Plan;
  held: AgreementState | null;
  refusal: Refusal | null;
  newerRules: Rules | null;
};

/** A claim that only PostgreSQL can grant. */
export type Claim = { agreement: AgreementState; command: ClaimingCommand };
