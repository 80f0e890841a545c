/** Puts the country into an installed database, as its owner, by COPY. */
import type pg from 'pg';
import type { Day } from '../../domain/shared/day.ts';
import {
  branchOf,
  isFullySigned,
  listedParties,
  officesConcerned,
  officesIntroduced,
} from '../../domain/agreement/agreement.ts';
import type { ReminderPolicy } from '../../domain/calendar/reminder-policy.ts';
import { asOwner } from '../../prisma/owner.ts';
import canonicalize from 'canonicalize';
import { agreementsOf } from './agreements.ts';
import type { Stored } from './agreements.ts';
import { countryOf } from './offices.ts';
import type { Country, Region } from './offices.ts';
import { copyRows, idOf, listOf } from './rows.ts';
import type { Value } from './rows.ts';

export type Seeding = {
  today: Day;
  /** What everybody's password hashes to. */
  passwordHash: string;
  /** One province by its code, where the whole country would be too much. */
  province?: string;
};

/** How much there is of everything. */
export type Seeded = { offices: number; users: number; agreements: number; mails: number };

/** Seeds a database that holds the regions and the operator's office. */
export async function seedCountry(ownerUrl: string, seeding: Seeding): Promise<Seeded> {
  return asOwner(ownerUrl, async (client) => {
    const { rows: regions } = await client.query<Region>(
      'select code, name, level, zone from region where code like $1 order by code',
      [`${seeding.province ?? ''}%`],
    );
    const { rows: policies } = await client.query<ReminderPolicy>(
      `select version, days_before as "daysBefore", mail_hour as "mailHour" from reminder_policy
       where version = 1`,
    );
    const country = countryOf(regions);
    await seedOffices(client, country);
    await seedPeople(client, country, seeding.passwordHash);
    // What follows asks for the trees of offices.
    await client.query('analyze office');
    const [policy] = policies;
    if (!policy) throw new Error('the reference data has not been loaded');
    await seedAgreements(client, country, { ...seeding, policy });
    // Also puts what was copied from the lists of waiting entries into the indexes of arrays.
    await client.query('vacuum analyze');
    const { rows } = await client.query<Seeded>(
      `select (select count(*) from office)::int as offices,
         (select count(*) from auth."user")::int as users,
         (select count(*) from agreement)::int as agreements,
         (select count(*) from outbox)::int as mails`,
    );
    return rows[0] ?? { offices: 0, users: 0, agreements: 0, mails: 0 };
  });
}

async function seedOffices(client: pg.Client, { offices, holders }: Country): Promise<void> {
  await copyRows(
    client,
    'office (id, kind, name, parent_id, region_code, institution_id, mailbox)',
    offices.map(({ id, kind, name, parent, region }) => [
      id,
      kind,
      name,
      parent,
      region,
      id,
      kind === 'village' ? null : `${id}@kantor.example`,
    ]),
  );
  await copyRows(
    client,
    `office_holder (id, office_id, person_name, position, capacity, from_day, signs, decree_number,
      decree_day)`,
    holders.map(({ office, name, position, signs }) => [
      idOf(`holder/${office}`),
      office,
      name,
      position,
      'definitif',
      '2020-01-01',
      signs,
      'SK-CONTOH',
      '2020-01-01',
    ]),
  );
}

async function seedPeople(
  client: pg.Client,
  { accounts }: Country,
  passwordHash: string,
): Promise<void> {
  await copyRows(
    client,
    'auth."user" (id, name, email, email_verified, updated_at)',
    accounts.map(({ id, name, email }) => [id, name, email, true, '2020-01-01']),
  );
  await copyRows(
    client,
    'auth.account (id, account_id, provider_id, user_id, password, updated_at)',
    accounts.map(({ id }) => [id, id, 'credential', id, passwordHash, '2020-01-01']),
  );
  await copyRows(
    client,
    'membership (id, user_id, office_id, role, from_day)',
    accounts.map(({ id, office, role }) => [idOf(`role/${id}`), id, office, role, '2020-01-01']),
  );
  await client.query(
    `update auth."user" u set home_id = o.institution_id
     from membership m join office o on o.id = m.office_id where m.user_id = u.id`,
  );
}

const AGREEMENT = `id, version, state, kind, stage, stage_since, title, region_code,
  branch_id, start_day, end_day, parent_id, renewal_of, ended_reason, last_day, desks, revision, zone, parties,
  fully_signed, turn_since, seen_by, introduces, release, created_on, changed_on`;

async function seedAgreements(
  client: pg.Client,
  { governments }: Country,
  { today, policy }: Seeding & { policy: ReminderPolicy },
): Promise<void> {
  const all = governments.flatMap((government) => [...agreementsOf(government, { today, policy })]);
  // What triggers keep row by row is written for all rows at once below.
  await switchTriggers(client, 'disable');
  await client.query('create temporary table staged (like agreement including defaults)');
  await copyRows(client, `staged (${AGREEMENT})`, all.map(agreementRow));
  // Few sets of offices are concerned by many agreements.
  await client.query(
    `insert into agreement (${AGREEMENT}, recorded_at)
     with seen as materialized (select concerned, seen_by(concerned) as by
       from (select distinct seen_by as concerned from staged) sets)
     select ${AGREEMENT.replace('seen_by,', 'seen.by,')},
       changed_on + interval '9 hours' + row_number() over () * interval '1 millisecond'
     from staged join seen on seen.concerned = staged.seen_by`,
  );
  await client.query('drop table staged');
  await client.query(
    `insert into acquaintance (office_id, known_to)
     select o.id, array_agg(distinct known.by)
     from (select distinct introduces, seen_by from agreement) sets
     join office o on o.id = any (sets.introduces) cross join unnest(sets.seen_by) as known (by)
     group by o.id`,
  );
  await copyRows(
    client,
    'agreement_area (agreement_id, region_code)',
    all.flatMap(({ state, area }) => area.map((code) => [state.id, code])),
  );
  await copyRows(
    client,
    'submitting_office (agreement_id, office_id)',
    all.flatMap(({ state, submittingOffices }) => submittingOffices.map((id) => [state.id, id])),
  );
  await copyRows(
    client,
    'note (id, agreement_id, kind, text, office_id, author_id, visibility)',
    all.flatMap(({ state, title, numbers }) => {
      const { userId, officeId } = state.created.recordedBy;
      const note = (id: string, kind: string, text: string) => {
        return [id, state.id, kind, text, officeId, userId, 'shared'];
      };
      return [
        note(state.titleNoteId, 'title', title),
        ...numbers.map(({ noteId, number }) => note(noteId, 'number', number)),
      ];
    }),
  );
  await copyRows(
    client,
    `number_reservation (command_id, agreement_id, party_id, kind, year, number, number_key, dated)`,
    all.flatMap(({ state, numbers }) =>
      numbers.map(({ reservationId, party, number, dated }) => [
        reservationId,
        state.id,
        party,
        state.kind,
        Number(dated.slice(0, 4)),
        number,
        number,
        dated,
      ]),
    ),
  );
  await copyRows(
    client,
    'signature_reservation (command_id, agreement_id, party_id, signed_on)',
    all.flatMap(({ state }) =>
      state.parties.flatMap(({ id, signature }) =>
        signature ? [[idOf(`signed/${state.id}/${id}`), state.id, id, signature.signedOn]] : [],
      ),
    ),
  );
  await copyRows(
    client,
    'renewal_reservation (predecessor_id, successor_id)',
    all.flatMap(({ state }) => (state.renewalOf === null ? [] : [[state.renewalOf, state.id]])),
  );
  await copyRows(
    client,
    'planned_milestone (entity_id, place, key, source, kind, stage, due_day, due_at)',
    all.flatMap(({ state, plan }) =>
      plan.map(({ key, source, kind, stage, dueDay, dueAt }, place) => [
        state.id,
        place,
        key,
        source,
        kind,
        stage,
        dueDay,
        new Date(dueAt).toISOString(),
      ]),
    ),
  );
  await client.query(
    `update agreement a set folded = lower(concat_ws(e'\\n', a.title, n.numbers))
     from agreement each left join (select agreement_id,
       string_agg(number, e'\\n' order by number) as numbers
       from number_reservation group by agreement_id) n on n.agreement_id = each.id
     where a.id = each.id`,
  );
  await seedMails(client, all);
  await client.query(
    `update outbox set seen_by = seen.by
     from (select office_id, seen_by(array[office_id]) as by
       from (select distinct office_id from outbox) offices) seen
     where seen.office_id = outbox.office_id`,
  );
  await switchTriggers(client, 'enable');
  await seedAudit(client, all);
}

async function switchTriggers(client: pg.Client, verb: 'enable' | 'disable'): Promise<void> {
  for (const table of ['agreement', 'number_reservation', 'outbox']) {
    await client.query(`alter table ${table} ${verb} trigger user`);
  }
}

function agreementRow({ state, title, submittingOffices }: Stored): Value[] {
  const { id, version, kind, stage, term, turn, ending, parent } = state;
  return [
    id,
    version,
    JSON.stringify(state),
    kind,
    stage,
    state.stageSince,
    title,
    state.region,
    branchOf(state),
    term.start,
    term.end,
    parent?.id ?? null,
    state.renewalOf,
    ending?.reason ?? null,
    ending?.lastDay ?? null,
    listOf(turn.desks),
    state.revision,
    state.zone,
    JSON.stringify(listedParties(state)),
    isFullySigned(state),
    turn.since,
    listOf([...officesConcerned(state), ...submittingOffices]),
    listOf(officesIntroduced(state)),
    'country',
    state.created.businessDay,
    state.stageSince,
  ];
}

// Each party was told of the stage that was reached.
async function seedMails(client: pg.Client, all: readonly Stored[]): Promise<void> {
  await copyRows(
    client,
    `outbox (id, agreement_id, cause_key, template, content, offices, office_id, reader, to_address, message_id,
      not_before, state, subject, html, text, request_id, business_day, sent_business_at, sent_at)`,
    all.flatMap(({ state, title }) =>
      state.parties.map(({ id: office }) => {
        const id = idOf(`mail/${state.id}/${office}`);
        const when = `${state.stageSince}T01:00:00Z`;
        return [
          id,
          state.id,
          state.created.commandId,
          'stage-reached',
          JSON.stringify({ stage: state.stage }),
          listOf([office]),
          office,
          office,
          `${office}@kantor.example`,
          `<${id}@country.example>`,
          when,
          'sent',
          title,
          `<p>${title}</p>`,
          title,
          state.created.requestId,
          state.stageSince,
          when,
          when,
        ];
      }),
    ),
  );
}

async function seedAudit(client: pg.Client, all: readonly Stored[]): Promise<void> {
  await client.query(
    'create temporary table told (subject text, seq integer, key text, agreement uuid, body text)',
  );
  await copyRows(
    client,
    'told',
    all.flatMap(({ state, told }) =>
      told.map(({ at, events }, place) => {
        const { requestId, recordedBy, commandId } = state.created;
        const key = place === 0 ? commandId : idOf(`told/${state.id}/${place}`);
        const event = { events, version: place + 1, businessDay: at, by: recordedBy, requestId };
        return [`agreement/${state.id}`, place + 1, key, state.id, canonicalize(event) ?? ''];
      }),
    ),
  );
  const longest = Math.max(0, ...all.map(({ told }) => told.length));
  for (let seq = 1; seq <= longest; seq += 1) {
    await client.query(
      `insert into audit_event (subject, seq, key, agreement_id, body, event, prev_hash, hash,
         recorded_at)
       select t.subject, t.seq, t.key, t.agreement, t.body, t.body::jsonb, coalesce(h.hash, ''),
         audit_hash(coalesce(h.hash, ''), t.subject, t.seq, t.key, now()::timestamptz(3), t.body),
         now()
       from told t left join audit_head h on h.subject = t.subject where t.seq = $1`,
      [seq],
    );
    await client.query(
      `insert into audit_head (subject, seq, hash)
       select subject, seq, hash from audit_event where seq = $1 and subject like 'agreement/%'
       on conflict (subject) do update set seq = excluded.seq, hash = excluded.hash`,
      [seq],
    );
  }
  await client.query('drop table told');
}
