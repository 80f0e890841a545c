/** What every entity's state holds: something that lasts for years, such as an agreement. */
import type { AnsweredCommand, CommandMetadata } from './command-metadata.ts';
import type { Day, Zone } from './day.ts';
import type { Rules } from './plan.ts';

/** Plain JSON: it crosses continue-as-new and is stored as it is. */
export type EntityState = Rules & {
  id: string;
  /** 0 until it is recorded for the first time; every change adds one. */
  version: number;
  zone: Zone;
  /** How far (ms) the business clock runs ahead of the server's. */
  clockOffset: number;
  milestonesPassedUntil: Day;
  /** The command that began it. */
  created: CommandMetadata;
  recentCommands: AnsweredCommand[];
};
