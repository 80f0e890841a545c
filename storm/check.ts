/** The checker: reads what all stores say, and holds it against what people were promised. */
import { checkAnswers } from './checks/answers.ts';
import { checkAudit } from './checks/audit.ts';
import { checkCopies } from './checks/copies.ts';
import type { CheckName, Checked } from './checks/finding.ts';
import { checkHistories } from './checks/histories.ts';
import { checkMail } from './checks/mail.ts';
import { checkOrder } from './checks/order.ts';
import { checkPlans } from './checks/plans.ts';
import { checkPromises } from './checks/promises.ts';
import { checkReservations } from './checks/reservations.ts';
import { checkRest } from './checks/rest.ts';
import { readHistories, readStandings, replayAll, withEngine } from './engine-facts.ts';
import { readStores } from './facts.ts';
import type { Facts } from './facts.ts';
import type { Ledger } from './ledger.ts';
import type { Stage } from './stage.ts';

const CHECKS: Record<CheckName, (facts: Facts) => Checked> = {
  promises: checkPromises,
  answers: checkAnswers,
  order: checkOrder,
  copies: checkCopies,
  plans: checkPlans,
  histories: checkHistories,
  reservations: checkReservations,
  mail: checkMail,
  audit: checkAudit,
  rest: checkRest,
};

/** Reads everything there is to compare. */
export async function gatherFacts(stage: Stage, ledger: Ledger): Promise<Facts> {
  const { entries, oddities } = ledger;
  return withEngine(stage.temporalAddress, async (client) => {
    const runs = await readHistories(client);
    const workflows = await readStandings(client, runs);
    const stored = await readStores(stage);
    const unreplayable = await replayAll(stage.bundlePath, runs);
    return { ...stored, ledger: entries, oddities, workflows, unreplayable, replayed: runs.length };
  });
}

/** What every check looked at and found. */
export function checkAll(facts: Facts): Record<CheckName, Checked> {
  const all = Object.entries(CHECKS).map(([name, check]) => [name, check(facts)]);
  return Object.fromEntries(all) as Record<CheckName, Checked>;
}
