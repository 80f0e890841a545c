-- Who may do what. Four roles: the owner migrates and never serves a request; `auth` sees the
-- sign-in tables only; `app` and `worker` obey the row policies below. The actor of a transaction
-- is set by `withActor` and read by the functions here.

-- -- What the columns may hold ----------------------------------------------------------------

alter table region add check (level between 1 and 4);
alter table region add check (zone in ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'));
alter table membership add check (until_day is null or until_day >= from_day);
alter table office_holder add check (until_day is null or until_day >= from_day);
alter table office_holder add check (capacity in ('definitif', 'pj', 'plt', 'plh'));
alter table office_holder add check (signs <@ array['mou', 'pks']);
alter table agreement add check (version > 0 and end_day >= start_day);
alter table note add check (visibility in ('shared', 'internal'));
alter table note add check (length(text) between 1 and 10000);
alter table outbox add check (state in ('queued', 'sending', 'sent', 'unknown', 'failed'));
alter table mail_trouble add check (id = 1);
alter table installation add check (id = 1);
alter table installation add check (kind in ('real', 'training'));
-- The clock of a real installation cannot be moved.
alter table installation add check (kind = 'training' or clock_offset = 0);
alter table reminder_policy add check (mail_hour between 0 and 23);
alter table reminder_policy add check (cardinality(days_before) between 1 and 60);

-- -- Offices know their place ------------------------------------------------------------------

create function place_office() returns trigger language plpgsql as $$
declare
  above office;
  root_kind text;
  wanted text;
begin
  if new.parent_id is not null then
    select * into strict above from office where id = new.parent_id;
    new.path := above.path || new.id;
  else
    new.path := array[new.id];
  end if;
  new.institution_id := case
    when new.parent_id is null or new.kind = 'government' then new.id
    else above.institution_id
  end;
  -- Nobody is on another side than their institution (domain/office/office.ts, rootKindOf).
  select kind into root_kind from office where id = new.institution_id;
  wanted := case
    when new.kind = 'operator' then 'operator'
    when new.kind like 'bpjs-%' then 'bpjs-head-office'
    else 'government'
  end;
  if coalesce(root_kind, new.kind) <> wanted then
    raise exception 'an office of kind % belongs to another institution', new.kind
      using errcode = 'check_violation';
  end if;
  return new;
end $$;

create trigger place_office before insert on office
  for each row execute function place_office();

-- From the operator's office everything is reached, so there is one, and it is nobody's below.
create unique index one_operator on office ((true)) where kind = 'operator';
alter table office add check (kind <> 'operator' or parent_id is null);

-- Two roots of one name are one too many; the unique key of (parent, name) does not see null.
create unique index office_root_name on office (name) where parent_id is null;

-- -- The actor ---------------------------------------------------------------------------------

create function actor_user() returns text language sql stable
  return nullif(current_setting('mapalus.user', true), '');

-- The business day on which memberships are judged.
create function actor_day() returns date language sql stable
  return nullif(current_setting('mapalus.day', true), '')::date;

-- The offices that the actor reaches with any of these permissions. Runs as the owner, because
-- the policies that call it guard the very tables it reads.
create function actor_scope(variadic wanted text[]) returns uuid[]
  language sql stable security definer set search_path = public, pg_temp as $$
  with mine as materialized (
    select home.id, home.kind, home.institution_id, p.reach
    from membership m
    join permission p on p.role = m.role and p.action = any (wanted)
    join office home on home.id = m.office_id
    where m.user_id = actor_user()
      and m.from_day <= actor_day()
      and (m.until_day is null or m.until_day >= actor_day())
  )
  select coalesce(array_agg(distinct reached.id), '{}')
  from (
    select id from mine where reach <> 'installation' or kind = 'operator'
    union all
    select o.id from mine join office o on o.path @> array[mine.id]
      and o.institution_id = mine.institution_id
      where reach = 'tree' or (reach = 'institution' and mine.kind like 'bpjs-%')
    union all
    select o.id from mine join office o on o.institution_id = mine.institution_id
      where reach = 'institution' and mine.kind <> 'operator' and mine.kind not like 'bpjs-%'
    union all
    select o.id from office o
      where exists (select 1 from mine
        where kind = 'operator' and reach in ('institution', 'installation'))
  ) reached
$$;

-- The actor's own offices and those met in agreements that the actor may see.
create function actor_known_offices() returns uuid[]
  language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(distinct known.id), '{}')
  from (
    select unnest(actor_scope('office.read')) as id
    union all
    select unnest(a.seen_by) from agreement a
      where a.seen_by && (select actor_scope('agreement.read'))
  ) known
$$;

-- A user's own roles on a day. Runs as the owner, so that asking who calls is one statement.
create function roles_of(p_user text, p_day date) returns text[]
  language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(distinct role), '{}') from membership
  where user_id = p_user and from_day <= p_day and (until_day is null or until_day >= p_day)
$$;

-- The governments on whose side the actor drafts: who prepares a PKS has to know the MoU above it.
create function actor_governments() returns uuid[]
  language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(distinct institution_id), '{}')
  from office
  where id = any ((select actor_scope('agreement.create'))::uuid[])
    and kind not like 'bpjs-%' and kind <> 'operator'
$$;

-- Whether an office of one of these institutions takes part.
create function takes_part(offices uuid[], institutions uuid[]) returns boolean
  language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from office
    where id = any (offices) and institution_id = any (institutions))
$$;

-- The known offices, and those above them in the same institution: their heads may sign for them.
create function actor_signing_offices() returns uuid[]
  language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(distinct above.id), '{}')
  from office known join office above
    on above.id = any (known.path) and above.institution_id = known.institution_id
  where known.id = any ((select actor_known_offices())::uuid[])
$$;

-- An office of the actor in which this user has a role, when all the user's roles of today and
-- later lie within the actor's offices; null otherwise. Sees roles that row policies hide from
-- the actor: whoever may set somebody's password can act in all of them.
create function office_of_own_user(p_user text) returns uuid
  language sql stable security definer set search_path = public, pg_temp as $$
  select case when bool_and(m.office_id = any ((select actor_scope('user.write'))::uuid[]))
    then min(m.office_id::text)::uuid end
  from membership m
  where m.user_id = p_user and (m.until_day is null or m.until_day >= actor_day())
$$;

-- Opens an account with a password that has to be changed first; answers whether the address was
-- still free. `credential` is the sign-in library's name for an account with a password.
create function write_account(p_id text, p_name text, p_email text, p_hash text) returns boolean
  language plpgsql as $$
begin
  insert into auth."user" (id, name, email, email_verified, must_change_password, updated_at)
    values (p_id, p_name, lower(p_email), true, true, now()) on conflict (email) do nothing;
  if not found then
    return false;
  end if;
  perform write_password(p_id, p_hash);
  return true;
end $$;

-- Gives an account another password, which has to be changed first, and ends its sessions.
create function write_password(p_user text, p_hash text) returns void language plpgsql as $$
begin
  update auth.account set password = p_hash, updated_at = now()
    where user_id = p_user and provider_id = 'credential';
  if not found then
    insert into auth.account (id, account_id, provider_id, user_id, password, updated_at)
      values (gen_random_uuid(), p_user, 'credential', p_user, p_hash, now());
  end if;
  update auth."user" set must_change_password = true, updated_at = now() where id = p_user;
  delete from auth.session where user_id = p_user;
end $$;

-- The same two for the serving role, which has no rights on the sign-in tables: so that what
-- administrators do to accounts commits together with roles and audit.
create function open_account(p_id text, p_name text, p_email text, p_hash text) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if cardinality(actor_scope('user.write')) = 0 then
    raise exception 'accounts are opened by administrators' using errcode = 'insufficient_privilege';
  end if;
  return write_account(p_id, p_name, p_email, p_hash);
end $$;

-- Only where all roles of the account lie within the actor's offices; answers one of these, or null.
create function reset_password(p_user text, p_hash text) returns uuid
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  home uuid := office_of_own_user(p_user);
begin
  if home is not null then
    perform write_password(p_user, p_hash);
  end if;
  return home;
end $$;

-- A password that is changed is somebody's own, unless the same transaction says otherwise after it.
create function own_password() returns trigger language plpgsql as $$
begin
  update auth."user" set must_change_password = false where id = new.user_id;
  return null;
end $$;

create trigger own_password after update of password on auth.account
  for each row execute function own_password();

-- -- The audit chain ---------------------------------------------------------------------------

-- What a link binds: its place, the instant of its recording (UTC, ISO 8601) and its text.
create function audit_hash(
  prev bytea, subject text, seq integer, key text, recorded_at timestamptz, body text
) returns bytea language sql immutable
  return sha256(prev || convert_to(concat_ws(e'\n', subject, seq, key,
    to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), body), 'UTF8'));

-- Adds one link to a subject's chain, `agreement/<id>` or `office/<id>`, and answers its number, or
-- null when the key is there already. Locks the head, so it comes last in a transaction.
create function append_audit(p_subject text, p_key text, p_body text) returns integer
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  head audit_head;
  next_hash bytea;
  -- As precise as the column that keeps it.
  recorded timestamptz(3) := now();
  about text := split_part(p_subject, '/', 1);
  subject_id text := split_part(p_subject, '/', 2);
begin
  insert into audit_head (subject, seq, hash) values (p_subject, 0, ''::bytea)
    on conflict do nothing;
  select * into head from audit_head where subject = p_subject for update;
  if exists (select 1 from audit_event where subject = p_subject and key = p_key) then
    return null;
  end if;
  next_hash := audit_hash(head.hash, p_subject, head.seq + 1, p_key, recorded, p_body);
  insert into audit_event (subject, seq, key, agreement_id, office_id, body, event, prev_hash, hash,
      recorded_at)
    values (p_subject, head.seq + 1, p_key,
      case about when 'agreement' then subject_id::uuid end,
      case about when 'office' then subject_id::uuid end,
      p_body, p_body::jsonb, head.hash, next_hash, recorded);
  update audit_head set seq = head.seq + 1, hash = next_hash where subject = p_subject;
  return head.seq + 1;
end $$;

-- Seals heads that moved since they were sealed last into the installation's chain; answers the
-- number of the newest seal and how many heads went into it. Heads that somebody is adding to are
-- left for the next time, and everything that may have to be waited for comes before the heads are
-- locked: no recording waits for a seal that waits.
create function seal_audit(p_most integer default 500, out seal integer, out heads integer)
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  last audit_seal;
  moved jsonb;
  sealed timestamptz(3) := now();
begin
  perform pg_advisory_xact_lock(72707370);
  lock table audit_seal in row exclusive mode;
  select * into last from audit_seal order by seq desc limit 1;
  seal := coalesce(last.seq, 0);
  with due as (
    select subject from audit_head where seq > sealed_seq
    order by subject limit p_most for update skip locked
  ), sealed as (
    update audit_head h set sealed_seq = seq from due where h.subject = due.subject
    returning h.subject, h.seq, h.hash
  )
  select count(*), jsonb_agg(jsonb_build_object('subject', subject, 'seq', seq,
      'hash', encode(hash, 'hex')) order by subject)
    into heads, moved from sealed;
  if heads > 0 then
    seal := seal + 1;
    insert into audit_seal (seq, body, prev_hash, hash, sealed_at)
      values (seal, moved::text, coalesce(last.hash, ''::bytea),
        audit_hash(coalesce(last.hash, ''::bytea), 'seal', seal, '', sealed, moved::text), sealed);
  end if;
end $$;

create index audit_head_unsealed on audit_head (subject) where seq > sealed_seq;

-- -- Telling listeners -------------------------------------------------------------------------

-- Leaves a hint for open pages and wakes whoever listens. Carries ids only.
create function announce(p_topic text, p_subject uuid) returns void language plpgsql as $$
begin
  insert into change_event (topic, subject_id) values (p_topic, p_subject);
  perform pg_notify('mapalus', p_topic || ':' || coalesce(p_subject::text, ''));
end $$;

create index change_event_in_order on change_event (xid, seq);

-- The hints after a place, each subject's last alone, as far as no older transaction is under way;
-- whether there are more, and whether others wait for a transaction to end. Runs as the owner: a
-- process reads once for all its streams and asks `hints_seen` before it tells anybody. Ids only, as
-- the announcement carries them.
create function hints_after(p_xid xid8, p_seq bigint, p_most integer,
    out hints jsonb, out is_full boolean, out is_held boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  with ready as materialized (
    select xid, seq, topic, subject_id from change_event
    where (xid, seq) > (p_xid, p_seq) and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by xid, seq limit p_most
  ), latest as (
    select distinct on (topic, subject_id) * from ready
    order by topic, subject_id, xid desc, seq desc
  )
  select
    (select coalesce(jsonb_agg(jsonb_build_object('xid', xid::text, 'seq', seq::text, 'topic', topic,
      'subjectId', subject_id) order by xid, seq), '[]') from latest),
    (select count(*) from ready) = p_most,
    exists (select from change_event where xid >= pg_snapshot_xmin(pg_current_snapshot()))
$$;

-- These users by what they may see: those with the same roles in the same offices stand together.
-- Somebody to whom one of these hints' mails is addressed stands alone.
create function users_alike(p_users text[], p_day date, p_seqs bigint[]) returns setof text[]
  language sql stable security definer set search_path = public, pg_temp as $$
  with addressed as materialized (
    select o.user_id from change_event c join outbox o on o.id = c.subject_id
    where c.seq = any (p_seqs) and c.topic = 'outbox' and o.user_id is not null
  ), held as (
    select u.id, string_agg(m.role || m.office_id, ' ' order by m.role, m.office_id) as roles
    from unnest(p_users) u (id) left join membership m on m.user_id = u.id
      and m.from_day <= p_day and (m.until_day is null or m.until_day >= p_day)
    group by u.id
  )
  select array_agg(id order by id) from held
  group by roles, case when id in (select user_id from addressed) then id end
$$;

-- Which of these hints which of these users may see: row policies answer, once for users alike.
create function hints_seen(p_users text[], p_day date, p_seqs bigint[])
  returns table (users text[], seqs bigint[]) language plpgsql as $$
begin
  for users in select users_alike(p_users, p_day, p_seqs) loop
    perform set_config('mapalus.user', users[1], true),
      set_config('mapalus.day', p_day::text, true);
    select array_agg(c.seq) into seqs from change_event c where c.seq = any (p_seqs);
    if seqs is not null then
      return next;
    end if;
  end loop;
end $$;

-- Leaves word for running workflows, in the transaction of what they must learn; a worker delivers
-- it. The payload holds ids and numbers.
create function tell_engine(p_kind text, p_payload jsonb) returns void language plpgsql as $$
begin
  insert into engine_message (kind, payload) values (p_kind, p_payload);
  perform pg_notify('mapalus', 'engine:');
end $$;

-- Which open agreements are planned by the oldest rules.
create index agreement_rules on agreement (((state ->> 'rulesVersion')::integer))
  where stage <> 'ended';

create index engine_message_waiting on engine_message (id) where delivered_at is null;

-- The training clock only runs forward.
create function clock_runs_forward() returns trigger language plpgsql as $$
begin
  if new.clock_offset < old.clock_offset then
    raise exception 'the business clock runs forward only' using errcode = 'check_violation';
  end if;
  return new;
end $$;

create trigger clock_runs_forward before update on installation
  for each row execute function clock_runs_forward();

-- -- Grants ------------------------------------------------------------------------------------

revoke all on schema public from public;
grant usage on schema public to mapalus_app, mapalus_worker;
grant usage on schema auth to mapalus_auth, mapalus_app, mapalus_worker;

grant select, insert, update, delete on all tables in schema auth to mapalus_auth;
grant select (id, name, email) on auth."user" to mapalus_app, mapalus_worker;

grant select on region, office, office_holder, handover, membership, permission, agreement,
  planned_milestone, number_reservation, signature_reservation, renewal_reservation, note, evidence, audit_event,
  audit_head, audit_seal, change_event, outbox, mail_trouble, installation, reminder_policy, calendar
  to mapalus_app, mapalus_worker;

grant insert on office, office_holder, handover, membership, note, evidence, idempotency,
  reminder_policy, change_event, engine_message to mapalus_app;
grant select on idempotency to mapalus_app;
grant update (status, response) on idempotency to mapalus_app;
grant update (name, mailbox) on office to mapalus_app;
grant update (until_day, user_id) on office_holder to mapalus_app;
grant update (done_on, done_by) on handover to mapalus_app;
grant update (until_day) on membership to mapalus_app;
grant update (document_id) on evidence to mapalus_app;
grant update (state, next_attempt_at, to_address) on outbox to mapalus_app;

grant insert, update on agreement to mapalus_worker;
grant insert, delete on planned_milestone, number_reservation, signature_reservation, renewal_reservation
  to mapalus_worker;
grant select, insert, delete on reservation_answer, term_reservation to mapalus_worker;
grant insert, update on outbox to mapalus_worker;
grant insert, update, delete on mail_trouble to mapalus_worker;
grant update (to_replan, replanned) on reminder_policy to mapalus_worker;
grant insert on change_event to mapalus_worker;
grant select, insert, update (delivered_at), delete on engine_message to mapalus_worker;
grant update (clock_offset, advance_to, advance_done, advance_total) on installation to mapalus_worker;
grant delete on change_event, idempotency to mapalus_worker;
grant select (principal, key, command_id, entity_id, created_at) on idempotency
  to mapalus_worker;

grant usage on all sequences in schema public to mapalus_app, mapalus_worker;
revoke execute on all functions in schema public from public;
grant execute on function actor_user(), actor_day(), actor_scope(text[]), actor_known_offices(),
  actor_signing_offices(), actor_governments(), takes_part(uuid[], uuid[]),
  office_of_own_user(text), append_audit(text, text, text), announce(text, uuid),
  tell_engine(text, jsonb)
  to mapalus_app, mapalus_worker;
grant execute on function open_account(text, text, text, text), reset_password(text, text)
  to mapalus_app;
grant execute on function roles_of(text, date), hints_after(xid8, bigint, integer),
  users_alike(text[], date, bigint[]), hints_seen(text[], date, bigint[]) to mapalus_app;
grant execute on function place_office() to mapalus_app;
grant execute on function clock_runs_forward() to mapalus_worker;
grant execute on function seal_audit(integer) to mapalus_worker;

-- -- Row policies ------------------------------------------------------------------------------
-- The engine sees and writes what its grants say; people see what their offices reach.

do $$
declare
  every_table text;
begin
  foreach every_table in array array['region', 'office', 'office_holder', 'handover', 'membership',
    'permission', 'agreement', 'planned_milestone', 'number_reservation', 'signature_reservation',
    'term_reservation', 'renewal_reservation', 'reservation_answer', 'note', 'evidence', 'audit_event', 'audit_head',
    'audit_seal', 'change_event', 'outbox', 'mail_trouble', 'installation', 'reminder_policy',
    'calendar', 'engine_message', 'idempotency'] loop
    execute format('alter table %I enable row level security', every_table);
    execute format('create policy engine on %I to mapalus_worker using (true) with check (true)',
      every_table);
  end loop;
end $$;

alter table auth."user" enable row level security;
alter table auth.session enable row level security;
alter table auth.account enable row level security;
alter table auth.verification enable row level security;
alter table auth.rate_limit enable row level security;
create policy sign_in on auth."user" to mapalus_auth using (true) with check (true);
create policy sign_in on auth.session to mapalus_auth using (true) with check (true);
create policy sign_in on auth.account to mapalus_auth using (true) with check (true);
create policy sign_in on auth.verification to mapalus_auth using (true) with check (true);
create policy sign_in on auth.rate_limit to mapalus_auth using (true) with check (true);
create policy engine on auth."user" for select to mapalus_worker using (true);

-- Open to everybody who is signed in: public registers and the installation's own rules.
create policy public_register on region for select to mapalus_app using (actor_user() is not null);
create policy public_register on office for select to mapalus_app using (actor_user() is not null);
create policy rules on permission for select to mapalus_app using (actor_user() is not null);
create policy rules on reminder_policy for select to mapalus_app using (true);
create policy rules on calendar for select to mapalus_app using (true);
create policy rules on installation for select to mapalus_app using (true);
create policy rules on mail_trouble for select to mapalus_app using (true);

create policy added_below on office for insert to mapalus_app
  with check (case when parent_id is null or kind in ('government', 'bpjs-head-office')
    then exists (select 1 from office o where o.kind = 'operator'
      and o.id = any ((select actor_scope('office.write'))::uuid[]))
    else parent_id = any ((select actor_scope('office.write'))::uuid[]) end);
create policy changed_within on office for update to mapalus_app
  using (id = any ((select actor_scope('office.write'))::uuid[]));

create policy known on office_holder for select to mapalus_app
  using (office_id = any ((select actor_signing_offices())::uuid[]));
create policy appointed on office_holder for insert to mapalus_app
  with check (office_id = any ((select actor_scope('holder.write'))::uuid[]));
create policy relieved on office_holder for update to mapalus_app
  using (office_id = any ((select actor_scope('holder.write'))::uuid[]));

create policy known on handover for select to mapalus_app
  using (office_id = any ((select actor_signing_offices())::uuid[]));
create policy opened on handover for insert to mapalus_app
  with check (office_id = any ((select actor_scope('holder.write'))::uuid[]));
create policy done on handover for update to mapalus_app
  using (office_id = any ((select actor_scope('holder.write'))::uuid[]));

create policy own_or_known on membership for select to mapalus_app
  using (user_id = actor_user()
    or office_id = any ((select actor_known_offices())::uuid[])
    or office_id = any ((select actor_scope('user.read'))::uuid[]));
create policy granted on membership for insert to mapalus_app
  with check (office_id = any ((select actor_scope('user.write'))::uuid[]));
create policy ended on membership for update to mapalus_app
  using (office_id = any ((select actor_scope('user.write'))::uuid[]));

create policy self_or_colleague on auth."user" for select to mapalus_app
  using (id = actor_user() or exists (select 1 from public.membership m where m.user_id = "user".id));

create policy concerned on agreement for select to mapalus_app
  using (seen_by && (select actor_scope('agreement.read'))
    or kind = 'mou' and takes_part(seen_by, (select actor_governments())));

create policy concerned on planned_milestone for select to mapalus_app
  using (exists (select 1 from agreement a where a.id = entity_id));
create policy concerned on number_reservation for select to mapalus_app
  using (exists (select 1 from agreement a where a.id = agreement_id));
create policy concerned on signature_reservation for select to mapalus_app
  using (exists (select 1 from agreement a where a.id = agreement_id));
create policy concerned on renewal_reservation for select to mapalus_app
  using (exists (select 1 from agreement a where a.id = predecessor_id));

-- A note may precede its agreement; until then only its author's office has it.
create policy shared_or_own_side on note for select to mapalus_app
  using (office_id = any ((select actor_scope('agreement.read'))::uuid[])
    or (visibility = 'shared' and exists (select 1 from agreement a where a.id = agreement_id)));
create policy written_for_own_office on note for insert to mapalus_app
  with check (author_id = actor_user() and office_id = any ((select actor_scope(
    'agreement.create', 'agreement.draft', 'agreement.approve', 'agreement.number',
    'agreement.sign', 'agreement.end', 'agreement.redate'))::uuid[]));

create policy shared_or_own_side on evidence for select to mapalus_app
  using (office_id = any ((select actor_scope('agreement.read'))::uuid[])
    or exists (select 1 from agreement a where a.id = agreement_id));
create policy written_for_own_office on evidence for insert to mapalus_app
  with check (author_id = actor_user() and office_id = any ((select actor_scope(
    'agreement.create', 'agreement.draft', 'agreement.approve', 'agreement.number',
    'agreement.sign', 'agreement.end', 'agreement.redate'))::uuid[]));
create policy completed on evidence for update to mapalus_app
  using (office_id = any ((select actor_scope('agreement.draft'))::uuid[]));

create policy concerned on audit_event for select to mapalus_app
  using (exists (select 1 from agreement a where a.id = agreement_id)
    or office_id = any ((select actor_scope('audit.read', 'holder.write'))::uuid[]));
create policy concerned on audit_head for select to mapalus_app
  using (exists (select 1 from audit_event e where e.subject = audit_head.subject));
create policy published on audit_seal for select to mapalus_app
  using (cardinality((select actor_scope('audit.read', 'office.write'))::uuid[]) > 0);

create policy concerned on change_event for select to mapalus_app
  using (case topic
    when 'agreement' then exists (select 1 from agreement a where a.id = subject_id)
    -- About no single mail: whether mail can leave at all.
    when 'outbox' then subject_id is null or exists (select 1 from outbox o where o.id = subject_id)
    when 'holder' then actor_user() is not null
    when 'policy' then actor_user() is not null
    when 'clock' then actor_user() is not null
    -- A topic that no policy speaks of is nobody's.
    else false end);
create policy told on change_event for insert to mapalus_app with check (actor_user() is not null);

create policy concerned on outbox for select to mapalus_app
  using (office_id = any ((select actor_scope('mail.read'))::uuid[]) or user_id = actor_user());
create policy sent_again on outbox for update to mapalus_app
  using (state = 'failed' and office_id = any ((select actor_scope('mail.send-again'))::uuid[]))
  with check (state = 'queued');

create policy published on reminder_policy for insert to mapalus_app
  with check (cardinality((select actor_scope('policy.write'))::uuid[]) > 0);

create policy published on engine_message for insert to mapalus_app
  with check (kind = 'rules-published'
    and cardinality((select actor_scope('policy.write'))::uuid[]) > 0);

create policy own on idempotency to mapalus_app
  using (principal = actor_user()) with check (principal = actor_user());

-- -- The first rules ---------------------------------------------------------------------------

insert into reminder_policy (version, days_before, mail_hour, source) values
  (1, array[180, 90, 60, 30, 14, 7, 0], 7,
   'Pengaturan bawaan; SIKERJA Kota Samarinda mengingatkan 90/60/30/7/0 hari pada pukul 07.00');
insert into calendar (version, source) values
  (1, 'Hari kalender; belum ada pengingat yang dihitung dengan hari kerja');
