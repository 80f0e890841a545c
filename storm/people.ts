/**
 * The load: clerks who propose agreements and do what the page offers them, mostly what leads on,
 * now and then a detour; some requests sent twice at once, some against a rival's, some without a
 * chance. What each of them would draw follows from the seed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Day } from '../domain/shared/day.ts';
import type { PersonName } from '../tests/support/cast.ts';
import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import type { Clients, Wish } from './clients.ts';
import { aProposal, aStep, TEAMS } from './requests.ts';
import type { AgreementView, Step, Team, Umbrella } from './requests.ts';

/** How many clerks work side by side. */
export const CLERKS = 8;

/** Who moves the clock and publishes rules. */
export const OPERATOR: PersonName = 'admin-operator';

/** Everybody who signs in. */
export const PEOPLE: readonly PersonName[] = [OPERATOR, ...TEAMS.flatMap(({ people }) => people)];

export type Crew = {
  /** Lets the clerks begin nothing new, and waits until each knows what came of the last request. */
  rest: () => Promise<void>;
};

/** How gladly a clerk does what is possible; what leads on is done whenever it can be. */
const LIKING: Record<Step['command'], number> = {
  submit: 12,
  approve: 12,
  recordNumber: 9,
  sign: 9,
  renew: 6,
  return: 0.8,
  passTurn: 0.7,
  changeDates: 0.6,
  withdraw: 0.3,
  terminate: 0.4,
  confirmChange: 6,
  declineChange: 0.6,
  correctTitle: 0.2,
  correctNumber: 0.5,
  correctSignature: 0.4,
  continue: 0.3,
};

type KnownAgreement = { id: string; team: Team };
type Offer = { person: PersonName; view: AgreementView; step: Step };
type Parts = { clients: Clients; seed: number };

/** Lets the clerks begin their work. */
export function setToWork({ clients, seed }: Parts, clerks = CLERKS): Crew {
  const known: KnownAgreement[] = [];
  let working = true;
  const workers = Array.from({ length: clerks }, (_each, index) => work(index));
  return {
    rest: async () => {
      working = false;
      await Promise.all(workers);
    },
  };

  async function work(index: number): Promise<void> {
    const chance = chanceOf(seed, `clerk ${index}`);
    while (working) {
      const isNew = known.length < clerks || chance.happens(0.08);
      const busy = isNew ? await propose(chance) : await goOn(chance, anAgreement(chance));
      if (!busy) await pause(chance.between(50, 250));
    }
  }

  // Mostly what was begun lately; the old ones are in force or have ended.
  function anAgreement(chance: Chance): KnownAgreement {
    const recent = known.slice(-clerks * 2);
    return chance.oneOf(chance.happens(0.8) ? recent : known);
  }

  async function propose(chance: Chance): Promise<boolean> {
    const team = chance.oneOf(TEAMS);
    const today = await todayOf(team.proposer);
    const umbrella = chance.happens(0.3) ? await anUmbrella(chance, team) : undefined;
    if (today === undefined) return false;
    const body = aProposal(chance, team, today, umbrella);
    await begin(chance, team, {
      person: team.proposer,
      command: 'propose',
      path: '/agreements',
      body,
    });
    return true;
  }

  async function begin(
    chance: Chance,
    team: Team,
    wish: Pick<Wish, 'person' | 'command' | 'path' | 'body'>,
  ): Promise<void> {
    const twice = chance.happens(0.15);
    const entry = await clients.ask({ ...wish, key: chance.uuid(), agreement: null, twice });
    if (entry.heard.kind === 'done' && entry.agreement) known.push({ id: entry.agreement, team });
  }

  async function todayOf(person: PersonName): Promise<Day | undefined> {
    return (await clients.read<{ today: Day }>(person, '/clock'))?.today;
  }

  async function anUmbrella(chance: Chance, team: Team): Promise<Umbrella | undefined> {
    const own = known.filter((agreement) => agreement.team === team);
    if (own.length === 0) return undefined;
    const view = await viewOf(team.proposer, chance.oneOf(own));
    return view?.kind === 'mou' && view.stage !== 'ended' ? view : undefined;
  }

  /** Does the next thing to an agreement; sometimes two people do one each at the same moment. */
  async function goOn(chance: Chance, agreement: KnownAgreement): Promise<boolean> {
    const [first, ...others] = await offersTo(chance, agreement, chance.happens(0.25) ? 2 : 1);
    if (!first) return false;
    await Promise.all([first, ...others].map((offer) => act(chance, agreement, offer)));
    return true;
  }

  /** What so many of those who can do anything would do. */
  async function offersTo(
    chance: Chance,
    agreement: KnownAgreement,
    most: number,
  ): Promise<Offer[]> {
    const offers: Offer[] = [];
    for (const person of chance.shuffled(agreement.team.people)) {
      const view = await viewOf(person, agreement);
      if (!view) break;
      const step = wished(chance, view);
      if (step) offers.push({ person, view, step });
      if (offers.length === most) break;
    }
    return offers;
  }

  async function act(
    chance: Chance,
    agreement: KnownAgreement,
    { person, view, step }: Offer,
  ): Promise<void> {
    const { path, body } = aStep(chance, agreement.team, view, step);
    const { command } = step;
    if (command === 'renew') return begin(chance, agreement.team, { person, command, path, body });
    await clients.ask({
      person,
      command,
      path,
      body,
      key: chance.uuid(),
      agreement: agreement.id,
      twice: chance.happens(0.15),
      ...(chance.happens(0.2) && { ifMatch: view.revision }),
    });
  }

  function viewOf(person: PersonName, { id }: KnownAgreement): Promise<AgreementView | undefined> {
    return clients.read<AgreementView>(person, `/agreements/${id}`);
  }
}

/** What somebody would do of what the page offers; nothing, where only detours are left. */
function wished(chance: Chance, { possible, stage }: AgreementView): Step | undefined {
  const steps = possible.map((step) => [step, LIKING[step.command]] as const);
  const liking = steps.reduce((sum, [, weight]) => sum + weight, 0);
  // What is in force is mostly left alone until its days come.
  const leisure = Math.max(0, (stage === 'active' ? 4 : 1) * LIKING.submit - liking);
  return chance.weighted<Step | undefined>([...steps, [undefined, leisure]]);
}
