/** What a story is to whoever plays it. */
import type { Instant } from '../domain/day.ts';
import type { CheckedFigure, CheckedMail } from './checking.ts';
import type { Stage } from './stage.ts';

export type Story = {
  /** The name on the command line. */
  name: string;
  title: string;
  /** The business instant at which the training installation begins. */
  begin: Instant;
  play: (stage: Stage) => Promise<Outcome>;
};

/** What came out, beside what was written by hand. */
export type Outcome = { figures: CheckedFigure[]; mails: CheckedMail[] };
