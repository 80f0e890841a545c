-- Accounts. The role `auth` alone reads the sign-in tables; what administrators do to accounts goes
-- through the functions here.

-- Opens an account with a password that has to be changed first; answers whether the address was
-- still free. `credential` is the sign-in library's name for an account with a password.
create function write_account(p_id text, p_name text, p_email text, p_hash text) returns boolean
  language plpgsql
  set search_path = public, pg_temp as $$
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
create function write_password(p_user text, p_hash text) returns void language plpgsql
  set search_path = public, pg_temp as $$
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

-- Who calls, by the hash of a session's token: the user, the roles that hold on the business day of
-- this instant or begin later, what the user reaches on that day (by permission, and as the settings by which
-- row policies know the user), and the installation. Runs as the owner: the caller is nobody yet.
create function session_of(p_hash bytea, p_now timestamptz, p_zone text) returns jsonb
  language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('userId', u.id, 'name', u.name, 'email', u.email,
    'mustChangePassword', u.must_change_password,
    'expiresAt', (extract(epoch from s.expires_at) * 1000)::bigint,
    'installation', jsonb_build_object('kind', i.kind, 'clockOffset', i.clock_offset),
    'settings', settings_of(u.id, day),
    'reach', (select coalesce(jsonb_object_agg(action, marks), '{}') from (
      select action, jsonb_agg(mark) as marks
        from reach_of(u.id, day, array(select distinct action from permission)) group by action) reach),
    'memberships', coalesce((
      select jsonb_agg(jsonb_build_object('id', m.id, 'role', m.role, 'from', m.from_day,
          'until', m.until_day, 'office', jsonb_build_object('id', o.id, 'name', o.name,
            'kind', o.kind, 'institution', root.name)) order by m.from_day, m.id)
        from membership m join office o on o.id = m.office_id
        join office root on root.id = o.institution_id
        where m.user_id = u.id and (m.until_day is null or m.until_day >= day)), '[]'))
  from auth.session s join auth."user" u on u.id = s.user_id, installation i,
    lateral (select ((p_now + i.clock_offset * interval '1 millisecond') at time zone p_zone)::date as day) today
  where sha256(s.token::bytea) = p_hash and s.expires_at > p_now
$$;

-- A password that is changed is somebody's own, unless the same transaction says otherwise after it.
create function own_password() returns trigger language plpgsql
  set search_path = public, pg_temp as $$
begin
  update auth."user" set must_change_password = false where id = new.user_id;
  return null;
end $$;

create trigger own_password after update of password on auth.account
  for each row execute function own_password();

-- -- Grants ------------------------------------------------------------------------------------

grant usage on schema auth to mapalus_auth, mapalus_app, mapalus_worker;
grant select, insert, update, delete on all tables in schema auth to mapalus_auth;
grant select (id, name, email) on auth."user" to mapalus_app, mapalus_worker;

grant execute on function office_of_own_user(text) to mapalus_app, mapalus_worker;
grant execute on function open_account(text, text, text, text), reset_password(text, text),
  session_of(bytea, timestamptz, text) to mapalus_app;

-- -- Row policies ------------------------------------------------------------------------------

create policy sign_in on auth."user" to mapalus_auth using (true) with check (true);
create policy sign_in on auth.session to mapalus_auth using (true) with check (true);
create policy sign_in on auth.account to mapalus_auth using (true) with check (true);
create policy sign_in on auth.verification to mapalus_auth using (true) with check (true);
create policy sign_in on auth.rate_limit to mapalus_auth using (true) with check (true);
create policy engine on auth."user" for select to mapalus_worker using (true);

create policy self_or_colleague on auth."user" for select to mapalus_app
  using (id = (select actor_user()) or exists (select 1 from public.membership m where m.user_id = "user".id));
