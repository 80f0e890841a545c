/** What every story plays on: its cast, the business clock, and the mail as the API tells of it. */
import { setTimeout as pause } from 'node:timers/promises';
import { getAgreement } from '../api/agreement/contract.ts';
import { advanceClock, getClock } from '../api/clock/contract.ts';
import { getMail, listMails } from '../api/mail/contract.ts';
import { dayAt } from '../domain/shared/day.ts';
import type { Day, Zone } from '../domain/shared/day.ts';
import { formatInstant } from '../texts/format.ts';
import type { Answered } from './browser.ts';
import type { Cast } from './cast.ts';
import type { SentMail } from './checking.ts';
import type { Narrator } from './narrator.ts';

/** All stories play in the region's zone. */
const ZONE: Zone = 'Asia/Makassar';

/** Milliseconds between two looks at a clock that is being moved. */
const LOOK_AGAIN = 50;

export type StoryContext = ReturnType<typeof createStage>;
export type Agreement = Answered<typeof getAgreement>;

/** A mail with what the checks ask besides its row. */
export type TracedMail = SentMail & {
  id: string;
  causeDay: Day;
  /** When it was allowed to leave, `07.00 WITA`. */
  hour: string;
};

export type Progress = (to: Day, done: number, total: number) => void;

export function createStage(cast: Cast, tell: Narrator, showProgress: Progress) {
  const { administrator } = cast.as;
  const named = new Map<string, { name: string; title: string }>();
  const told = new Set<string>();

  return { cast, tell, call, nameOf, read, until, mails, timesReceived };

  /** Gives an agreement the name by which the story calls it. */
  async function call(name: string, id: string): Promise<string> {
    const { title } = await read(id);
    named.set(id, { name, title });
    return id;
  }

  function nameOf(id: string | undefined): string {
    return (id !== undefined && named.get(id)?.name) || '(tidak ada)';
  }

  /** An agreement as the legal department sees it. */
  function read(id: string): Promise<Agreement> {
    return cast.as.legal.ask(getAgreement, { params: { id } });
  }

  /** Lets the business clock run to a day, telling the mail of the days on the way. */
  async function until(day: Day): Promise<void> {
    await administrator.ask(advanceClock, { body: { to: day } });
    let clock = await administrator.ask(getClock);
    while (clock.advancing) {
      const { done, total } = clock.advancing;
      showProgress(day, done, total);
      await pause(LOOK_AGAIN);
      clock = await administrator.ask(getClock);
    }
    showProgress(day, 0, 0);
    await tellMails();
    tell.day(clock.today);
  }

  /** Every mail about an agreement that has been sent, oldest first. */
  async function mails(): Promise<TracedMail[]> {
    const all: TracedMail[] = [];
    let cursor: string | null | undefined;
    do {
      const page: Answered<typeof listMails> = await administrator.ask(listMails, {
        query: { limit: 100, ...(cursor != null && { cursor }) },
      });
      all.push(...page.items.flatMap(traced));
      cursor = page.nextCursor;
    } while (cursor !== null);
    // Copies of one letter left within the same second, in no order that would mean anything.
    return all.sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
  }

  /** How many times the mailbox received a mail. */
  async function timesReceived(id: string): Promise<number> {
    const { received } = await administrator.ask(getMail, { params: { id } });
    return received?.times ?? 0;
  }

  // The weekly mail about the audit chain keeps real weeks and belongs to no story.
  function traced(mail: Answered<typeof listMails>['items'][number]): TracedMail[] {
    const { id, agreement, template, readers, subject, businessDay, notBefore, sentBusinessAt } =
      mail;
    const [reader] = readers;
    if (!agreement || !reader || sentBusinessAt === null) return [];
    const { name: about, title } = named.get(agreement.id) ?? { name: '(lain)', title: '' };
    return [
      {
        id,
        day: dayAt(Date.parse(sentBusinessAt), ZONE),
        about,
        template,
        to: reader.to,
        subject: subject.replace(title, about),
        causeDay: businessDay,
        hour: formatInstant(Date.parse(notBefore), ZONE).split(' pukul ')[1] ?? '',
      },
    ];
  }

  async function tellMails(): Promise<void> {
    const fresh = (await mails()).filter(({ id }) => !told.has(id));
    for (const { id } of fresh) told.add(id);
    const letterOf = ({ day, subject }: TracedMail) => `${day} ${subject}`;
    for (const letter of new Set(fresh.map(letterOf))) {
      const copies = fresh.filter((mail) => letterOf(mail) === letter);
      const [{ day, subject } = { day: '', subject: '' }] = copies;
      const readers = copies.map(({ to }) => to).sort();
      tell.day(day);
      tell.mail(`${subject} → ${readers.join(', ')}`);
    }
  }
}

function orderOf({ day, hour, about, template, to }: TracedMail): string {
  return [day, hour, about, template, to].join(' ');
}
