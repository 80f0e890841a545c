/** What a story is to whoever plays it. */
import type { Instant } from '../domain/shared/day.ts';
import type { Figure, MailRow, SentMail, Value } from './checking.ts';
import type { StoryContext } from './story-context.ts';

export type Story = {
  /** The name on the command line. */
  name: string;
  title: string;
  /** The business instant at which the training installation begins. */
  begin: Instant;
  /** Written by hand: what must come out, by name, and every mail with its day and readers. */
  figures: Readonly<Record<string, Figure>>;
  mails: readonly MailRow[];
  play: (stage: StoryContext) => Promise<Found>;
};

/** What the API answered: a value for each figure, and every mail. */
export type Found = { seen: Record<string, Value>; sent: readonly SentMail[] };
