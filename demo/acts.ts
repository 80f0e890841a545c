/** What people do to agreements in the stories, each act by its route, and what can be read of it. */
import {
  approveAgreement,
  createAgreement,
  getMilestones,
  recordNumber,
  renewAgreement,
  returnAgreement,
  signAgreement,
  submitAgreement,
} from '../api/agreement/contract.ts';
import type { NewAgreement, NewRenewal } from '../api/agreement/contract.ts';
import type { z } from 'zod';
import type { Day } from '../domain/shared/day.ts';
import { Declined } from './browser.ts';
import type { Browser } from './browser.ts';
import type { Value } from './checking.ts';
import type { Agreement } from './story-context.ts';

export async function propose(
  person: Browser,
  body: z.input<typeof NewAgreement>,
): Promise<string> {
  return (await person.ask(createAgreement, { body })).id;
}

export async function renew(
  person: Browser,
  id: string,
  body: z.input<typeof NewRenewal>,
): Promise<string> {
  return (await person.ask(renewAgreement, { params: { id }, body })).id;
}

/** Hands the text on, to whatever stage follows. */
export async function submit(person: Browser, id: string): Promise<void> {
  await person.ask(submitAgreement, { params: { id }, body: {} });
}

export async function giveBack(person: Browser, id: string, reason: string): Promise<void> {
  await person.ask(returnAgreement, { params: { id }, body: { reason } });
}

export async function approve(person: Browser, id: string, step: string): Promise<void> {
  await person.ask(approveAgreement, { params: { id }, body: { step } });
}

/** A party at the signing: who enters it, the number on its original, and who signed for it. */
export type Seat = { person: Browser; party: string; number?: string; actedBy: string };

/** Enters numbers and signatures of one document, as given on this day. */
export async function ceremony(id: string, day: Day, seats: readonly Seat[]): Promise<void> {
  for (const { person, party, number } of seats) {
    if (number === undefined) continue;
    await person.ask(recordNumber, { params: { id }, body: { party, number, dated: day } });
  }
  for (const { person, party, actedBy } of seats) {
    await person.ask(signAgreement, { params: { id }, body: { party, actedBy, signedOn: day } });
  }
}

/** How the API declines an attempt that the story expects to fail. */
export async function refusalOf(attempt: Promise<void>): Promise<{ code: string; said: string }> {
  try {
    await attempt;
    return { code: '(diterima)', said: 'Diterima.' };
  } catch (error) {
    if (!(error instanceof Declined)) throw error;
    return { code: error.code, said: error.message };
  }
}

/** The days on which anybody signed any of these, each once. */
export function signingDays(agreements: readonly Agreement[]): Value {
  const days = agreements.flatMap(({ parties }) =>
    parties.map(({ signature }) => signature?.signedOn ?? '(belum)'),
  );
  return [...new Set(days)];
}

/** Who signed, by position, as people say it: `Pj Bupati …`. */
export function signatories({ parties }: Agreement): Value {
  return parties.map(({ signature }) => {
    const { capacity, position } = signature?.actedBy ?? { capacity: null, position: '(belum)' };
    return `${CAPACITIES[capacity ?? ''] ?? ''}${position}`;
  });
}

const CAPACITIES: Record<string, string> = { pj: 'Pj ', plt: 'Plt ', plh: 'Plh ' };

/** The days on which an agreement's reminders were dealt with. */
export async function reminderDays(person: Browser, id: string): Promise<Value> {
  const { items } = await person.ask(getMilestones, { params: { id } });
  return items
    .filter(({ kind, state }) => kind === 'reminder' && (state === 'done' || state === 'not-sent'))
    .map(({ day }) => day);
}

/** Whether these ended because their term was over, and for no other reason. */
export function expired(agreements: readonly Agreement[]): Value {
  return agreements.map(({ ending }) => ending?.reason === 'expired');
}
