/**
 * New reminder rules on their way to agreements under way: nothing that was published is forgotten,
 * and an agreement tells its readers of new rules only when they change its days.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgreementEvent } from '../../../domain/agreement/transition.ts';
import { runMaintenance } from '../../../worker/maintenance.ts';
import { anActiveAgreement } from '../../support/agreements.ts';
import { anApi } from '../../support/api.ts';
import type { Api } from '../../support/api.ts';
import { eventually } from '../../support/eventually.ts';
import { recordedAndRunning, proposed } from '../../support/agreements-over-http.ts';
import { audited } from '../../support/recorded.ts';

const TODAY = '2024-01-08';
const inForce = () => anActiveAgreement({ on: TODAY, term: { start: TODAY, end: '2024-12-31' } });

let api: Api;
beforeAll(async () => {
  api = await anApi(TODAY);
});
afterAll(() => api.stop());

describe('twenty sets of rules that are published in a row', () => {
  test('are told in order, and only where the days differ', async () => {
    const { id } = await recordedAndRunning(api, inForce());
    const drafted = await proposed(api);
    const operator = await api.as('admin-operator');

    for (let each = 1; each <= 20; each += 1) {
      // Two and two have the same days.
      const daysBefore = each % 4 < 2 ? [30] : [60, 30];
      const { status } = await operator.post('/reminder-policies', { daysBefore, mailHour: 7 });
      expect(status).toBe(202);
    }
    await plannedBy(api, id, 21);
    await plannedBy(api, drafted.id, 21);

    const told = await rulesTold(api, id);
    expect(told).toEqual([...told].sort((one, other) => one - other));
    const days = told.map((version) => ((version - 1) % 4 < 2 ? '30' : '60, 30'));
    expect(days.filter((each, at) => each === days[at - 1])).toEqual([]);
    // Those of the beginning are 180, 90, 60 … days.
    expect(told.length).toBeGreaterThan(0);
    expect(await rulesTold(api, drafted.id)).toEqual([]);
  });
});

describe('rules that are published while Temporal is away', () => {
  test('are accepted, and carried to the agreements when it is back', async () => {
    // To this API it is away; the worker reaches it, as after an API that died.
    const cutOff = await anApi(TODAY, { settings: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    const { id } = await recordedAndRunning(cutOff, inForce());
    const operator = await cutOff.as('admin-operator');

    const { status } = await operator.post('/reminder-policies', { daysBefore: [10], mailHour: 7 });
    await plannedBy(cutOff, id, 2);

    expect(status).toBe(202);
    expect(await rulesTold(cutOff, id)).toEqual([2]);
    await cutOff.stop();
  });
});

describe('an agreement that began by rules that were being replaced', () => {
  test('is found by the worker’s rounds, and told', async () => {
    const [{ newest }] = await api.rows('select max(version) as newest from reminder_policy');
    await api.rows(
      `insert into reminder_policy (version, days_before, mail_hour, source)
       values ($1, '{44}', 7, 'contoh')`,
      [newest + 1],
    );
    // Everybody had been told more than an hour ago.
    await api.rows(`update engine_message set created_at = now() - interval '2 hours'`);
    const { id } = await recordedAndRunning(api, { ...inForce(), rulesVersion: newest });

    await runMaintenance(api.engine.database, 'example.test');
    await plannedBy(api, id, newest + 1);

    expect(await rulesTold(api, id)).toEqual([newest + 1]);
  });
});

function plannedBy({ engine }: Api, id: string, version: number) {
  return eventually(
    async () => ((await engine.stored(id)).rulesVersion === version ? true : undefined),
    { waitingFor: `the rules ${version} to arrive` },
  );
}

async function rulesTold({ engine }: Api, id: string): Promise<number[]> {
  const events: AgreementEvent[] = (await audited(engine, id)).flatMap((each) => each.events);
  return events.flatMap((each) => (each.kind === 'replanned' ? each.rulesVersion : []));
}
