-- What every context stands on: who the transaction's actor is, and that every table meets row
-- policies. Four roles: the owner migrates and never serves a request; `auth` sees the sign-in tables
-- only; `app` and `worker` obey row policies. `withActor` names the actor of a transaction.

-- Functions are executed by those to whom they are granted, and by nobody else.
alter default privileges revoke execute on functions from public;

create function actor_user() returns text language sql stable
  return nullif(current_setting('mapalus.user', true), '');

-- The business day on which memberships are judged.
create function actor_day() returns date language sql stable
  return nullif(current_setting('mapalus.day', true), '')::date;

-- Leaves word for running workflows, in the transaction of what they must learn; a worker delivers
-- it. The payload holds ids and numbers.
create function tell_engine(p_kind text, p_payload jsonb) returns void language plpgsql as $$
begin
  insert into engine_message (kind, payload) values (p_kind, p_payload);
  perform pg_notify('mapalus', 'engine:');
end $$;

-- -- Grants ------------------------------------------------------------------------------------

revoke all on schema public from public;
grant usage on schema public to mapalus_app, mapalus_worker;
grant usage on all sequences in schema public to mapalus_app, mapalus_worker;

grant execute on function actor_user(), actor_day(), tell_engine(text, jsonb)
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
  using (principal = actor_user()) with check (principal = actor_user());
