-- What every context stands on: who the transaction's actor is, and that every table meets row
-- policies. Four roles: the owner migrates and never serves a request; `auth` sees the sign-in tables
-- only; `app` and `worker` obey row policies. `withActor` names the actor of a transaction.

-- Functions are executed by those to whom they are granted, and by nobody else. Each looks for names where
-- it says itself: a caller's own search path never decides what a function means.
alter default privileges revoke execute on functions from public;

create function actor_user() returns text language sql stable
  set search_path = public, pg_temp
  return nullif(current_setting('mapalus.user', true), '');

-- The business day on which memberships are judged.
create function actor_day() returns date language sql stable
  set search_path = public, pg_temp
  return nullif(current_setting('mapalus.day', true), '')::date;

-- What texts have in common that a reader takes for equal: without case and invisible characters, with one kind
-- of blank, dash and quotation mark. Uniqueness and search go by it.
create function folded(written text) returns text language sql immutable parallel safe
  set search_path = public, pg_temp
  return btrim(regexp_replace(translate(
    regexp_replace(lower(normalize(written, nfkc) collate "id_natural"),
      U&'[\00AD\034F\061C\115F\1160\17B4\17B5\180B-\180E\200B-\200F\202A-\202E\2060-\206F\3164\FE00-\FE0F\FEFF\+0E0000-\+0E0FFF]', '', 'g'),
    U&'\2010\2011\2012\2013\2014\2015\2043\2212\2018\2019\201A\201B\2032\02BC`\201C\201D\201E\201F\00AB\00BB\0085\1680\2028\2029',
    '--------' || repeat('''', 7) || repeat('"', 6) || repeat(' ', 4)), '\s+', ' ', 'g')) collate "default";

-- The pattern of `like` for folded texts that contain this one, whatever characters are in it.
create function containing(searched text) returns text language sql immutable parallel safe
  set search_path = public, pg_temp
  return '%' || regexp_replace(folded(searched), '([\\%_])', '\\\1', 'g') || '%';

create function fold_name() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  new.folded := folded(new.name);
  return new;
end $$;

-- Leaves word for running workflows, in the transaction of what they must learn; a worker delivers
-- it. The payload holds ids and numbers.
create function tell_engine(p_kind text, p_payload jsonb) returns void language plpgsql
  set search_path = public, pg_temp as $$
begin
  insert into engine_message (kind, payload) values (p_kind, p_payload);
  perform pg_notify('mapalus', 'engine:');
end $$;

-- -- Grants ------------------------------------------------------------------------------------

revoke all on schema public from public;
grant usage on schema public to mapalus_app, mapalus_worker;
grant usage on all sequences in schema public to mapalus_app, mapalus_worker;

grant execute on function actor_user(), actor_day(), folded(text), containing(text),
  tell_engine(text, jsonb)
  to mapalus_app, mapalus_worker;

grant select, insert on idempotency to mapalus_app;
grant update (status, response) on idempotency to mapalus_app;
grant select (principal, key, command_id, entity_id, status, created_at), delete on idempotency
  to mapalus_worker;
grant insert on engine_message to mapalus_app;
grant select, insert, update (delivered_at), delete on engine_message to mapalus_worker;

-- -- Row policies ------------------------------------------------------------------------------

-- Whatever no policy shows is hidden. The engine sees and writes what its grants say; people see
-- what the policies of each context let them.
do $$
declare
  every_table regclass;
begin
  for every_table in select oid from pg_class where relkind = 'r'
      and relnamespace in ('public'::regnamespace, 'auth'::regnamespace)
      and relname not like '\_%' loop
    execute format('alter table %s enable row level security', every_table);
  end loop;
  for every_table in select oid from pg_class where relkind = 'r'
      and relnamespace = 'public'::regnamespace and relname not like '\_%' loop
    execute format('create policy engine on %s to mapalus_worker using (true) with check (true)',
      every_table);
  end loop;
end $$;

create policy own on idempotency to mapalus_app
  using (principal = (select actor_user())) with check (principal = (select actor_user()));
