import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendAudit } from '../../prisma/audit/append.ts';
import { readAnchor, verifyAudit } from '../../prisma/audit/verify.ts';
import type { Anchor } from '../../prisma/audit/verify.ts';
import { aDatabase } from '../support/stage.ts';

const ONE = 'agreement/00000000-0000-4000-8000-000000000001';
const TWO = 'agreement/00000000-0000-4000-8000-000000000002';

let database: Awaited<ReturnType<typeof aDatabase>>;
let anchor: Anchor;

// Three sealed events of one subject and two of another, and one that came after the seal.
beforeEach(async () => {
  database = await aDatabase();
  for (const key of ['a', 'b', 'c']) await happen(ONE, key);
  for (const key of ['a', 'b']) await happen(TWO, key);
  anchor = await seal();
  await happen(ONE, 'd');
});
afterEach(() => database.close());

const happen = (subject: typeof ONE | typeof TWO, key: string) =>
  database.asWorker.withActor({ kind: 'engine' }, (tx) =>
    appendAudit(tx, { subject, key, event: { events: [{ kind: 'signed', day: key }] } }),
  );

/** What the weekly mail would print. */
async function seal(): Promise<Anchor> {
  await database.ask('select seal_audit()');
  const [row] = await database.ask<{ text: string }>(
    `select seq || ':' || encode(hash, 'hex') as text from audit_seal order by seq desc limit 1`,
  );
  const read = readAnchor(row?.text ?? '');
  if (!read) throw new Error('the seal has no anchor');
  return read;
}

const verify = (with_?: Anchor) => verifyAudit(database.asWorker, with_);

/** Makes the chain of a subject hold again, as somebody would who owns the database. */
const relink = (subject: string) =>
  database.ask(
    `do $$
     declare link record; previous bytea := ''; place int := 0;
     begin
       for link in select * from audit_event where subject = '${subject}' order by seq loop
         place := place + 1;
         update audit_event set seq = place, event = body::jsonb, prev_hash = previous,
           hash = audit_hash(previous, subject, place, key, recorded_at, body) where id = link.id
           returning hash into previous;
       end loop;
       update audit_head set seq = place, hash = previous where subject = '${subject}';
     end $$`,
  );

/** Makes the seals hold again over whatever the chains have become. */
const reseal = () =>
  database.ask(`delete from audit_seal; update audit_head set sealed_seq = 0; select seal_audit()`);

const at = (subject: string, seq: number) => `subject = '${subject}' and seq = ${seq}`;

describe('an untouched audit', () => {
  test('is proved by the anchor up to its seal', async () => {
    const verdict = await verify(anchor);

    expect(verdict).toEqual({
      events: 6,
      subjects: 2,
      seals: 1,
      broken: null,
      unproven: 1,
      holes: [],
    });
  });

  test('without an anchor is only consistent with itself', async () => {
    const verdict = await verify();

    expect(verdict).toMatchObject({ broken: null, unproven: 6 });
  });

  test('takes no key twice', async () => {
    await happen(ONE, 'd');

    expect(await verify(anchor)).toMatchObject({ events: 6, broken: null });
  });

  test('cannot be changed by the roles that serve', async () => {
    const attempts = [
      `update audit_event set body = '{}'`,
      'delete from audit_event',
      `update audit_head set hash = ''`,
      'delete from audit_seal',
    ].map((sql) =>
      database.asWorker
        .withActor({ kind: 'engine' }, (tx) => tx.$executeRawUnsafe(sql))
        .then(
          () => 'done',
          (error: Error) => (/permission denied/.test(error.message) ? 'denied' : error.message),
        ),
    );

    expect(await Promise.all(attempts)).toEqual(['denied', 'denied', 'denied', 'denied']);
  });
});

describe('the verifier names the first link that does not hold', () => {
  test.each([
    [
      'a text that was changed',
      `update audit_event set body = replace(body, 'signed', 'nothing'),
         event = replace(body, 'signed', 'nothing')::jsonb where ${at(ONE, 2)}`,
      `${ONE} #2`,
    ],
    [
      'a shown event that is not what was hashed',
      `update audit_event set event = '{"events":[]}' where ${at(ONE, 2)}`,
      `${ONE} #2`,
    ],
    ['a key that was changed', `update audit_event set key = 'z' where ${at(TWO, 1)}`, `${TWO} #1`],
    [
      'a hash computed afresh for one link only',
      `update audit_event set body = '{}', event = '{}',
         hash = audit_hash(prev_hash, subject, seq, key, recorded_at, '{}') where ${at(ONE, 2)}`,
      `${ONE} #3`,
    ],
    [
      'an act that is said to have been recorded at another time',
      `update audit_event set recorded_at = recorded_at - interval '1 day' where ${at(ONE, 2)}`,
      `${ONE} #2`,
    ],
    [
      'an event that is hidden from those whom it concerns',
      `update audit_event set agreement_id = null where ${at(TWO, 2)}`,
      `${TWO} #2`,
    ],
    ['an event that was taken out', `delete from audit_event where ${at(ONE, 2)}`, `${ONE} #3`],
    [
      'two events that changed places',
      `update audit_event set seq = -seq where ${at(ONE, 2)} or ${at(ONE, 3)};
       update audit_event set seq = 5 + seq where subject = '${ONE}' and seq < 0`,
      `${ONE} #2`,
    ],
    ['an end that was cut off', `delete from audit_event where ${at(ONE, 4)}`, `${ONE} #4`],
    [
      'a subject that was taken out whole',
      `delete from audit_event where subject = '${TWO}'`,
      `${TWO} #1`,
    ],
    [
      'a subject taken out with its head',
      `delete from audit_event where subject = '${TWO}';
       delete from audit_head where subject = '${TWO}'`,
      `${TWO} #2`,
    ],
    ['a head that was taken out', `delete from audit_head where subject = '${ONE}'`, `${ONE} #1`],
    ['a seal that was changed', `update audit_seal set body = '[]'`, 'seal #1'],
    ['a seal that was taken out', 'delete from audit_seal', 'seal #1'],
  ])('%s', async (_what, tampering, link) => {
    await database.ask(tampering);

    const verdict = await verify(anchor);

    expect(verdict).toMatchObject({ broken: link, unproven: verdict.events });
  });
});

describe('a chain that was rewritten from end to end', () => {
  test('contradicts the seal', async () => {
    await database.ask(`delete from audit_event where ${at(ONE, 2)}`);
    await relink(ONE);

    expect(await verify()).toMatchObject({ broken: `${ONE} #3` });
  });

  test('with its seals, too, contradicts the anchor in the mail', async () => {
    await database.ask(`delete from audit_event where ${at(ONE, 2)}`);
    await relink(ONE);
    await reseal();

    expect(await verify()).toMatchObject({ broken: null });
    expect(await verify(anchor)).toMatchObject({ broken: 'seal #1' });
  });

  test('behind the anchor is said to be unproven', async () => {
    await database.ask(`update audit_event set body = '{}' where ${at(ONE, 4)}`);
    await relink(ONE);

    expect(await verify(anchor)).toMatchObject({ broken: null, unproven: 1 });
  });
});
