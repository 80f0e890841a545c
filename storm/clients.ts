/**
 * People's browsers: signed in once, speaking to either API, and asking again under the same key
 * until they know what came of a request.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { emailOf } from '../tests/support/cast.ts';
import type { PersonName } from '../tests/support/cast.ts';
import type { Chance } from './chance.ts';
import type { Entry, Heard, Ledger } from './ledger.ts';
import { PASSWORD } from './stage.ts';
import type { Stage } from './stage.ts';

/** How long (ms) a person waits for one answer before sending the request again. */
const PATIENCE = 15_000;

/** A request of somebody that changes something. */
export type Wish = {
  person: PersonName;
  command: string;
  path: string;
  body: object;
  key: string;
  agreement: string | null;
  /** The revision the person had read, when it matters to them. */
  ifMatch?: number;
  /** Sent twice at once, to both APIs. */
  twice?: boolean;
};

export type Clients = {
  /** Sends a request until its outcome is known, and notes it. */
  ask: (wish: Wish) => Promise<Entry>;
  /** Reads something; undefined when nobody answers now. */
  read: <Body>(person: PersonName, path: string) => Promise<Body | undefined>;
  /** From now on nobody asks again after this moment. */
  endAt: (moment: number) => void;
};

type Parts = { stage: Stage; ledger: Ledger; chance: Chance; people: readonly PersonName[] };

/** Signs everybody in, while all is calm. */
export async function openClients({ stage, ledger, chance, people }: Parts): Promise<Clients> {
  const cookies = new Map<PersonName, string>();
  for (const [index, person] of people.entries()) {
    cookies.set(person, await signIn(stage, person, index));
  }
  let end = Infinity;

  return {
    ask,
    read,
    endAt(moment) {
      end = moment;
    },
  };

  async function ask(wish: Wish): Promise<Entry> {
    const at = Date.now();
    const attempts = { count: 0 };
    const first = chance.between(0, stage.urls.length - 1);
    const senders = wish.twice ? [first, first + 1] : [first];
    const heard = await Promise.all(senders.map((url) => untilHeard(wish, url, attempts)));
    const [told = heard[0]] = heard.filter(({ kind }) => kind !== 'unknown');
    if (!told) throw new Error('nobody was asked');
    const entry: Entry = {
      at,
      person: wish.person,
      key: wish.key,
      command: wish.command,
      path: wish.path,
      agreement: wish.agreement ?? idIn(told),
      attempts: attempts.count,
      heard: told,
      answers: [...new Set(heard.flatMap(answerIn))],
    };
    ledger.note(entry);
    return entry;
  }

  async function untilHeard(
    wish: Wish,
    firstUrl: number,
    attempts: { count: number },
  ): Promise<Heard> {
    for (let url = firstUrl; ; url += 1) {
      attempts.count += 1;
      const { person, path } = wish;
      const heard = await once(wish, url).catch((error: unknown): Heard => ({
        kind: 'unknown',
        last: nameOf(error),
      }));
      if (heard.kind !== 'unknown') {
        if (isClosedDoor(heard)) {
          ledger.noteOddity({ at: Date.now(), person, path, answer: inWords(heard) });
        }
        return heard;
      }
      if (heard.last.startsWith('5') && !heard.last.startsWith('503')) {
        ledger.noteOddity({ at: Date.now(), person, path, answer: heard.last });
      }
      if (Date.now() > end) return heard;
      await pause(chance.between(200, 1_200));
    }
  }

  async function once(wish: Wish, url: number): Promise<Heard> {
    const { person, path, body, key, ifMatch } = wish;
    const response = await fetch(`${urlOf(url)}/api/v1${path}`, {
      method: 'POST',
      headers: {
        ...headersOf(person),
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
        ...(ifMatch !== undefined && { 'If-Match': `"${ifMatch}"` }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    return heardIn(response.status, await response.text());
  }

  async function read<Body>(person: PersonName, path: string): Promise<Body | undefined> {
    const url = urlOf(chance.between(0, stage.urls.length - 1));
    try {
      const response = await fetch(`${url}/api/v1${path}`, {
        headers: headersOf(person),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const text = await response.text();
      if (response.ok) return JSON.parse(text) as Body;
      if (response.status === 503) return undefined;
      const answer = `${response.status} ${codeIn(text)}`;
      ledger.noteOddity({ at: Date.now(), person, path: `GET ${path}`, answer });
    } catch {
      // Nobody is there at the moment.
    }
    return undefined;
  }

  function urlOf(index: number): string {
    return stage.urls[index % stage.urls.length] ?? '';
  }

  function headersOf(person: PersonName): Record<string, string> {
    return { Cookie: cookies.get(person) ?? '', Origin: stage.origin };
  }
}

async function signIn(stage: Stage, person: PersonName, index: number): Promise<string> {
  const response = await fetch(`${stage.urls[0]}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Origin: stage.origin,
      'X-Forwarded-For': `10.7.1.${index + 1}`,
    },
    body: JSON.stringify({ email: emailOf(person), password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`${person} could not sign in: ${response.status}`);
  return response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
}

function heardIn(status: number, body: string): Heard {
  if (status >= 500 || status === 429)
    return { kind: 'unknown', last: `${status} ${codeIn(body)}` };
  if (status >= 400) return { kind: 'refused', status, code: codeIn(body) };
  const { version } = (body === '' ? {} : JSON.parse(body)) as { version?: number };
  return { kind: 'done', status, version: version ?? null, body };
}

/** Nobody in a storm asks for what they may not have, or for what is not there. */
function isClosedDoor(heard: Heard): boolean {
  return heard.kind === 'refused' && [400, 401, 403, 404, 405].includes(heard.status);
}

function answerIn(heard: Heard): string[] {
  return heard.kind === 'unknown' ? [] : [inWords(heard)];
}

// A refusal that is not kept names the request that was refused; the code is what it says.
function inWords(heard: Heard): string {
  if (heard.kind === 'unknown') return heard.last;
  return heard.kind === 'done' ? `${heard.status} ${heard.body}` : `${heard.status} ${heard.code}`;
}

function idIn(heard: Heard): string | null {
  if (heard.kind !== 'done' || heard.body === '') return null;
  return (JSON.parse(heard.body) as { id?: string }).id ?? null;
}

function codeIn(body: string): string {
  try {
    return (JSON.parse(body) as { code?: string }).code ?? '';
  } catch {
    return '';
  }
}

function nameOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  return cause?.code ?? name ?? 'error';
}
