/** Carrying newer rules to what is open. */
import { isOlder } from '../../domain/shared/plan.ts';
import type { Rules } from '../../domain/shared/plan.ts';
import { anyBehind } from '../../prisma/copies.ts';
import type { CopyTable } from '../../prisma/copies.ts';
import type { Tx } from '../../prisma/connect.ts';
import { newestRules, waitForPublication } from '../../prisma/published-rules.ts';

/**
 * Has the newest rules carried round once more when this entity, which is recorded for the first time,
 * was proposed by older ones: while they were carried round it was not there to be told. Part of the
 * transaction in which it first appears.
 */
export async function catchUpWithRules(tx: Tx, proposed: Rules): Promise<void> {
  await waitForPublication(tx);
  if (isOlder(proposed, await newestRules(tx))) await sendRound(tx);
}

/**
 * Has the newest rules carried round once more when any open entity of these tables is planned by older
 * ones, such as one that was begun again while its signal was under way.
 */
export async function carryRulesRound(tx: Tx, tables: readonly CopyTable[]): Promise<void> {
  const { rulesVersion } = await newestRules(tx);
  for (const table of tables) {
    if (await anyBehind(tx, table, rulesVersion)) return sendRound(tx);
  }
}

async function sendRound(tx: Tx): Promise<void> {
  await tx.$executeRaw`select tell_engine('rules-published', '{}')`;
}
