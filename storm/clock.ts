/**
 * The operator: moves the business clock across days while everything else goes on, sees that it
 * arrives, and now and then puts other reminder rules in force.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { addDays } from '../domain/shared/day.ts';
import type { Day } from '../domain/shared/day.ts';
import { chanceOf } from './chance.ts';
import type { Clients } from './clients.ts';
import { OPERATOR } from './people.ts';

type Clock = { today: Day; advancing: object | null };

export type ClockMover = {
  /** Begins no move any more, and waits until the last one has ended. */
  rest: () => Promise<void>;
  /** How many days the clock was moved, and in how many moves. */
  moved: () => { days: number; moves: number };
};

/** Moves the clock again and again; a move that got lost is asked for once more. */
export function moveClock({ clients, seed }: { clients: Clients; seed: number }): ClockMover {
  const chance = chanceOf(seed, 'clock');
  let moving = true;
  let end = Infinity;
  const done = { days: 0, moves: 0 };
  const work = run();
  return {
    rest: async () => {
      moving = false;
      end = Date.now() + 180_000;
      await work;
    },
    moved: () => done,
  };

  async function run(): Promise<void> {
    while (moving) {
      await restBetween(chance.between(4_000, 12_000));
      const days = chance.between(1, 20);
      if (moving && chance.happens(0.2)) await publishRules();
      const clock = moving ? await look() : undefined;
      if (clock) await move(addDays(clock.today, days), days);
    }
  }

  async function move(to: Day, days: number): Promise<void> {
    while (Date.now() < end) {
      const key = chance.uuid();
      const wish = { person: OPERATOR, command: 'advance', path: '/clock/advance', key };
      const { heard } = await clients.ask({ ...wish, body: { to }, agreement: null });
      if (heard.kind === 'unknown') return;
      const clock = await untilStill();
      if (!clock || clock.today < to) continue;
      done.days += days;
      done.moves += 1;
      return;
    }
  }

  async function publishRules(): Promise<void> {
    const daysBefore = [chance.between(20, 90), chance.between(5, 19), chance.between(0, 4)];
    const body = { daysBefore, mailHour: chance.between(6, 9) };
    const wish = { person: OPERATOR, command: 'publish', path: '/reminder-policies' };
    await clients.ask({ ...wish, body, key: chance.uuid(), agreement: null });
  }

  async function untilStill(): Promise<Clock | undefined> {
    while (Date.now() < end) {
      const clock = await look();
      if (clock?.advancing === null) return clock;
      await pause(200);
    }
    return undefined;
  }

  function look(): Promise<Clock | undefined> {
    return clients.read<Clock>(OPERATOR, '/clock');
  }

  async function restBetween(milliseconds: number): Promise<void> {
    const until = Date.now() + milliseconds;
    while (moving && Date.now() < until) await pause(100);
  }
}
