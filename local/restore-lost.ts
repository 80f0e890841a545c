/**
 * Before anything works on agreements: whether the two embedded servers agree about them, and the
 * remedy when one of them has lost some or was replaced by an older copy.
 */
import { Client, Connection } from '@temporalio/client';
import { databaseUrl } from '../prisma/databases.ts';
import { reduced } from '../config/reduced-error.ts';
import type { Settings } from '../config/settings.ts';
import { temporalConnection } from '../config/temporal.ts';
import { connect } from '../prisma/connect.ts';
import { ENTITIES } from '../worker/entities.ts';
import { isAmiss, surveyEngine } from '../worker/survey-engine.ts';
import type { Survey } from '../worker/survey-engine.ts';
import { ENTITIES_QUEUE } from '../workflows/messages.ts';
import { builtProcess } from './built-process.ts';
import { runScript } from './run-script.ts';

type Surroundings = {
  env: Record<string, string>;
  say: (line: string) => void;
  asked: Promise<void>;
};

const IN_WORDS = {
  missing: 'lost by Temporal',
  behind: 'older in Temporal',
  over: 'ended in PostgreSQL',
  ahead: 'older in PostgreSQL',
  unknown: 'without a row in PostgreSQL',
} as const satisfies Record<keyof Survey['amiss'], string>;

/** Restores what is amiss, and says so. Whatever comes of it, the start goes on. */
export async function restoreLost(
  settings: Settings,
  { env, say, asked }: Surroundings,
): Promise<void> {
  const survey = await surveyed(settings).catch((error: unknown) => {
    say(`Whether Temporal knows every agreement could not be seen (${reduced(error)}).`);
    return undefined;
  });
  if (!survey || !isAmiss(survey)) return;
  const amiss = (Object.keys(IN_WORDS) as (keyof typeof IN_WORDS)[])
    .filter((what) => survey.amiss[what].length > 0)
    .map((what) => `${survey.amiss[what].length} ${IN_WORDS[what]}`);
  say(`PostgreSQL and Temporal disagree about agreements: ${amiss.join(', ')}. Restoring …`);
  await runScript([builtProcess('restore-lifecycles')], env, asked);
}

async function surveyed(settings: Settings): Promise<Survey> {
  const database = connect(databaseUrl(settings, 'mapalus_worker'));
  const connection = await Connection.connect(temporalConnection(settings));
  try {
    const client = new Client({ connection, namespace: settings.TEMPORAL_NAMESPACE });
    return await surveyEngine({ client, database, taskQueue: ENTITIES_QUEUE, kinds: ENTITIES }, 8);
  } finally {
    await connection.close();
    await database.close();
  }
}
