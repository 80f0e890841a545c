/** Mails whose way was disturbed by PostgreSQL itself: none of them stays in nobody's hands. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { offices } from '../support/cast.ts';
import { eventually } from '../support/eventually.ts';
import { aPostOffice } from '../support/post-office.ts';
import type { PostOffice } from '../support/post-office.ts';
import { anEngine } from '../support/stage.ts';
import type { Engine } from '../support/stage.ts';

let engine: Engine;
let postOffice: PostOffice | undefined;
beforeEach(async () => {
  engine = await anEngine('2024-01-08', { asleep: true });
});
afterEach(async () => {
  await postOffice?.stop();
  await engine.stop();
});

test('a mail that was sent but could not be noted is noted later and not sent twice', async () => {
  await refusedOnce(`new.state = 'sent'`);
  const id = await aMail();

  postOffice = await aPostOffice(engine);
  const sent = await delivered(id);

  expect(sent).toEqual({ state: 'sent', attempts: 1, doubled: false });
  expect(postOffice.received.map(({ to }) => to)).toEqual(['admin-operator@example.test']);
});

test('a mail whose words could not be kept waits, and leaves at the next attempt', async () => {
  await refusedOnce('old.subject is null and new.subject is not null');
  const id = await aMail();

  postOffice = await aPostOffice(engine);
  const sent = await delivered(id);

  expect(sent).toEqual({ state: 'sent', attempts: 2, doubled: false });
  expect(postOffice.received).toHaveLength(1);
});

test('a mail that cannot be noted does not hold up the ones beside it', async () => {
  await refusedOnce(`new.state = 'sent'`);
  const ids = [await aMail(), await aMail(), await aMail()];

  postOffice = await aPostOffice(engine);
  const states = await Promise.all(ids.map(delivered));

  expect(states.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  expect(postOffice.received).toHaveLength(3);
});

// The first change of this kind fails in PostgreSQL; a sequence counts on when it is rolled back.
async function refusedOnce(change: string): Promise<void> {
  await engine.ask('create sequence changes');
  await engine.ask('grant usage on sequence changes to mapalus_worker');
  await engine.ask(`create function refuse_once() returns trigger language plpgsql as $$
    begin
      if nextval('changes') = 1 then raise exception 'once' using errcode = '57014'; end if;
      return new;
    end $$`);
  await engine.ask('grant execute on function refuse_once() to mapalus_worker');
  await engine.ask(`create trigger refuse_once before update on outbox
    for each row when (${change}) execute function refuse_once()`);
}

async function aMail(): Promise<string> {
  const id = randomUUID();
  await engine.ask(
    `insert into outbox (id, cause_key, template, content, offices, message_id, not_before, request_id,
       business_day)
     values ($1::uuid, $2, 'audit-anchor', $3, array[$4::uuid], $5, '2023-12-31', 'req-test',
       '2024-01-08')`,
    [
      id,
      `audit-anchor/${id}`,
      { seq: 1, hash: 'ab'.repeat(32) },
      offices.operator,
      `<${id}@example.test>`,
    ],
  );
  return id;
}

function delivered(id: string) {
  return eventually(
    async () => {
      const [row] = await engine.ask<{ state: string; attempts: number; doubled: boolean }>(
        'select state, attempts, possibly_doubled as doubled from outbox where id = $1',
        [id],
      );
      return row?.state === 'sent' ? row : undefined;
    },
    { waitingFor: 'the mail to be sent' },
  );
}
