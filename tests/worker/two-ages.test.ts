/**
 * PostgreSQL is put back from a backup, and the engine remembers more: six things that people did
 * in between, and what has become of each.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgreementState } from '../../domain/agreement/agreement.ts';
import { propose } from '../../domain/agreement/proposal.ts';
import { verifyAudit } from '../../prisma/audit/verify.ts';
import type { Restored } from '../../worker/restore.ts';
import { aProposal, bothSign, by, command, theWayToSigning } from '../support/agreements.ts';
import { askFor } from '../support/asked.ts';
import { offices } from '../support/cast.ts';
import {
  debianPrograms,
  NO_DEBIAN_POSTGRES,
  startDebianPostgres,
} from '../support/debian-postgres.ts';
import type { DebianPostgres } from '../support/debian-postgres.ts';
import { engineOn } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { makeTemplates } from '../support/test-servers.ts';
import { aLifecycle, aLifecycleFrom, audited } from '../support/recorded.ts';
import { restore } from '../support/restored.ts';
import { sharedServers, writeNote } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

const day = '2024-01-08';
const programs = debianPrograms();

let postgres: DebianPostgres | undefined;
let engine: Engine;
let restored: Partial<Restored>;
const agreements = {} as Record<
  'numbered' | 'other' | 'signed' | 'withdrawn' | 'renewed' | 'redated' | 'renewal' | 'proposed',
  AgreementState
>;

const numbering = async (id: string, text: string) => {
  const numberNoteId = randomUUID();
  await writeNote(engine.ownerUrl, { id: numberNoteId, agreementId: id, text });
  const party = offices.mitraLabour;
  return command('recordNumber', day, by.proposer, { party, numberNoteId, dated: day });
};
const renewing = (predecessor: AgreementState) =>
  propose(
    aProposal({ renewalOf: predecessor.id, term: { start: '2025-01-01', end: '2025-12-31' } }),
  );
const statusOf = async ({ id }: AgreementState) => (await engine.handle(id).describe()).status.name;
const ids = (...of: AgreementState[]) => of.map(({ id }) => id).sort();

beforeAll(async () => {
  if (programs === undefined) return;
  postgres = await startDebianPostgres(programs);
  await makeTemplates(postgres.superuserUrl);
  engine = await engineOn({ ...sharedServers(), superuserUrl: postgres.superuserUrl }, day);
  await engine.setClock(day);
  const signing = () => aLifecycleFrom(engine, theWayToSigning(day));
  agreements.numbered = await signing();
  agreements.other = await signing();
  agreements.signed = await signing();
  agreements.withdrawn = await aLifecycleFrom(engine, []);
  agreements.renewed = await aLifecycleFrom(engine, [...theWayToSigning(day), ...bothSign(day)], {
    term: { start: day, end: '2024-12-31' },
  });
  agreements.redated = await aLifecycleFrom(engine, []);

  const database = new URL(engine.ownerUrl).pathname.slice(1);
  const backup = path.join(postgres.folder, 'backup');
  await postgres.dump(database, backup);
  await sixCommands();
  await engine.rest();
  await postgres.putBack(database, backup);

  restored = await restore(engine);
  await engine.wake();
});
afterAll(async () => {
  if (programs === undefined) return;
  await engine.stop();
  await postgres?.stop();
});

async function sixCommands(): Promise<void> {
  const { numbered, signed, withdrawn, renewed, redated } = agreements;
  const [signs] = bothSign(day);
  await engine.say(numbered.id, await numbering(numbered.id, '560/1/2024'));
  if (signs) await engine.say(signed.id, signs);
  await engine.say(withdrawn.id, command('withdraw', day, by.branch, { reasonNoteId: 'why' }));
  agreements.renewal = renewing(renewed);
  await engine.start(agreements.renewal);
  await eventually(async () => (await engine.stored(renewed.id)).renewal ?? undefined);
  agreements.proposed = await aLifecycle(engine);
  const term = { start: '2024-02-01', end: '2024-11-30' };
  const dates = { term, reasonNoteId: 'why', children: [] };
  await engine.say(redated.id, command('changeDates', day, by.proposer, dates));
}

// Said aloud where it cannot run.
const needs = (context: { skip: (note: string) => void }) => {
  if (programs === undefined) context.skip(NO_DEBIAN_POSTGRES);
};

describe('after an older backup of PostgreSQL was put back', () => {
  test('restoring names what it took back, and what it could not', (context) => {
    needs(context);
    const { numbered, signed, withdrawn, renewed, redated, renewal, proposed } = agreements;

    expect({ ...restored, unknown: restored.unknown?.toSorted() }).toEqual({
      looked: 8,
      recordedAgain: ids(numbered, signed, renewed, redated),
      endRecorded: [withdrawn.id],
      partlyLost: [numbered.id],
      unknown: ids(renewal, proposed),
    });
  });

  test('the number is asked for again, and shows when somebody else was given it', async (context) => {
    needs(context);
    const { numbered, other } = agreements;
    const [lost] = (await engine.stored(numbered.id)).parties;

    const taken = await engine.say(other.id, await numbering(other.id, '560/1/2024'));
    const again = await engine.say(numbered.id, await numbering(numbered.id, '560/1/2024'));
    const another = await engine.say(numbered.id, await numbering(numbered.id, '560/1.A/2024'));

    expect(lost?.number).toBeNull();
    expect((await audited(engine, numbered.id)).at(-2)?.events).toEqual([
      { kind: 'restored', from: 5, to: 6, numbersLost: [offices.mitraLabour] },
    ]);
    expect([taken.refusal, again.refusal?.code, another.refusal]).toEqual([
      null,
      'NumberTaken',
      null,
    ]);
  });

  test('the signature stands, and is not given twice', async (context) => {
    needs(context);
    const { signed } = agreements;
    const [signs, otherSigns] = bothSign(day);
    if (!signs || !otherSigns) throw new Error('two sign');

    const twice = engine.say(signed.id, signs);

    await expect(twice).rejects.toMatchObject({ cause: { type: 'PartyAlreadySigned' } });
    expect(await engine.say(signed.id, otherSigns)).toMatchObject({ refusal: null });
    expect(
      await engine.ask(
        'select party_id from signature_reservation where agreement_id = $1 order by 1',
        [signed.id],
      ),
    ).toEqual([{ party_id: offices.mitraLabour }, { party_id: offices.tondano }]);
  });

  test('what was withdrawn stays withdrawn', async (context) => {
    needs(context);
    const { withdrawn } = agreements;

    expect(await engine.stored(withdrawn.id)).toMatchObject({
      stage: 'ended',
      ending: { reason: 'withdrawn' },
      version: 3,
    });
    expect(await statusOf(withdrawn)).toBe('COMPLETED');
  });

  test('the dates are the new ones', async (context) => {
    needs(context);
    const { redated } = agreements;

    expect(await engine.stored(redated.id)).toMatchObject({ term: { end: '2024-11-30' } });
    expect(await engine.say(redated.id, command('submit', day, by.proposer))).toEqual({
      version: 4,
      refusal: null,
    });
  });

  test('the renewal keeps its place until it is ended, and then another may begin', async (context) => {
    needs(context);
    const { renewed, renewal, proposed } = agreements;
    const second = renewing(renewed);
    await writeNote(engine.ownerUrl, {
      id: second.titleNoteId,
      agreementId: second.id,
      text: 'PKS contoh',
    });
    const { client, taskQueue, clockOffset } = engine;
    const begin = async (agreement: AgreementState) => {
      await askFor(engine, agreement.id, agreement.created);
      return client.workflow.execute('agreementLifecycle', {
        taskQueue,
        workflowId: `agreement-lifecycle/${agreement.id}`,
        args: [{ ...agreement, clockOffset }],
      });
    };

    const tooEarly = await begin(second);
    const { unknownEnded } = await restore(engine, { endUnknown: true });
    await eventually(async () =>
      (await engine.stored(renewed.id)).renewal === null ? true : undefined,
    );
    const third = renewing(renewed);
    await engine.start(third);

    expect(tooEarly).toMatchObject({ refusal: { code: 'RenewalRunning' } });
    expect(unknownEnded?.toSorted()).toEqual(ids(renewal, proposed));
    expect(await engine.ask('select successor_id from renewal_reservation')).toEqual([
      { successor_id: third.id },
    ]);
  });

  test('the proposal that nobody can see any more is ended once that is confirmed', async (context) => {
    needs(context);

    expect(await statusOf(agreements.proposed)).toBe('TERMINATED');
    expect(await restore(engine)).toEqual({ looked: 6 });
  });

  test('the audit holds, and says what it does not tell of', async (context) => {
    needs(context);
    const { numbered, signed, withdrawn, renewed, redated } = agreements;

    const { broken, holes } = await verifyAudit(engine.database);

    expect(broken).toBeNull();
    expect(holes.map(({ subject, from, to }) => [subject, from, to])).toEqual(
      [
        [`agreement/${numbered.id}`, 5, 6],
        [`agreement/${signed.id}`, 5, 6],
        [`agreement/${withdrawn.id}`, 1, 2],
        [`agreement/${renewed.id}`, 7, 8],
        [`agreement/${redated.id}`, 1, 2],
      ].sort(),
    );
  });
});
