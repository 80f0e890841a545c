-- Accounts. The role `auth` alone reads the sign-in tables; what administrators do to accounts goes
-- through the functions here.

-- -- The trail ---------------------------------------------------------------------------------

-- Notes what happened to an account, for the administrators of its home.
create function note_security(p_kind text, p_code text, p_user text) returns void language plpgsql
  set search_path = public, pg_temp as $$
begin
  insert into auth.security_event (kind, code, user_id, by_user_id, office_id)
    values (p_kind, p_code, p_user, nullif(actor_user(), p_user),
      (select home_id from auth."user" where id = p_user));
end $$;

-- Tells processes that what somebody may do has changed, or that a session is over.
create function announce_session(p_user text) returns void language plpgsql
  set search_path = public, pg_temp as $$
begin
  perform pg_notify('mapalus', 'session:' || p_user);
end $$;

-- Begins an attempt to get in, or answers how many seconds it has to wait. It counts as a failure until it
-- is known to be none. Where an account has failed too often within a quarter of an hour, from one place or
-- from anywhere, and where a place has with any accounts, an attempt is taken once in `p_wait` seconds. Where
-- an account has got in before, only its own failures there count: nobody is kept out by what strangers do.
create function auth.begin_attempt(p_kind text, p_code text, p_user text, p_account bytea, p_origin bytea,
    p_here integer, p_anywhere integer, p_place integer, p_wait integer, out event bigint, out seconds integer)
  language plpgsql set search_path = public, pg_temp as $$
declare
  known boolean;
begin
  -- Of attempts that come at once, each counts those before it. Everybody takes the locks in this order.
  perform pg_advisory_xact_lock(72707373, hashtext(p_origin::text));
  perform pg_advisory_xact_lock(72707374, hashtext(p_account::text));
  known := exists (select from auth.security_event where account = p_account and origin = p_origin
    and kind = 'sign-in' and at > clock_timestamp() - interval '90 days');
  select max(ceil(extract(epoch from counted.last - clock_timestamp()) + p_wait))::integer into seconds
  from (
    select count(*) as failures, max(at) as last, p_here as most from auth.security_event
      where account = p_account and origin = p_origin
        and code in ('SignInWrong', 'CurrentPasswordWrong') and at > clock_timestamp() - interval '15 minutes'
    union all
    select count(*), max(at), p_anywhere from auth.security_event
      where not known and account = p_account
        and code in ('SignInWrong', 'CurrentPasswordWrong') and at > clock_timestamp() - interval '15 minutes'
    union all
    select count(*), max(at), p_place from auth.security_event
      where not known and origin = p_origin
        and code in ('SignInWrong', 'CurrentPasswordWrong') and at > clock_timestamp() - interval '15 minutes'
  ) counted
  where counted.failures >= counted.most;
  if seconds > 0 then
    return;
  end if;
  seconds := 0;
  insert into auth.security_event (at, kind, code, user_id, office_id, account, origin)
    values (clock_timestamp(), p_kind, p_code, p_user,
      (select home_id from auth."user" where id = p_user), p_account, p_origin)
    returning id into event;
end $$;

-- Gives somebody the password of their own choice, and ends their other sessions.
create function auth.change_password(p_user text, p_session text, p_hash text) returns void language plpgsql
  set search_path = public, pg_temp as $$
begin
  update auth.account set password = p_hash, updated_at = now()
    where user_id = p_user and provider_id = 'credential';
  update auth."user" set must_change_password = false, password_given_at = null, password_used_at = null
    where id = p_user;
  delete from auth.session where user_id = p_user and id <> p_session;
  insert into auth.security_event (kind, user_id, office_id)
    select 'password-changed', id, home_id from auth."user" where id = p_user;
end $$;

-- -- Accounts ----------------------------------------------------------------------------------

-- Opens an account at its home with a password that has to be changed first; answers whether the address was
-- still free. `credential` is the sign-in library's name for an account with a password.
create function write_account(p_id text, p_name text, p_email text, p_hash text, p_home uuid) returns boolean
  language plpgsql
  set search_path = public, pg_temp as $$
begin
  insert into auth."user" (id, name, email, email_verified, must_change_password, home_id, updated_at)
    values (p_id, p_name, lower(p_email), true, true, p_home, now()) on conflict (email) do nothing;
  if not found then
    return false;
  end if;
  perform write_password(p_id, p_hash);
  return true;
end $$;

-- Gives an account another password, which is for one use and has to be changed first; ends its sessions, and
-- opens it again where it was closed.
create function write_password(p_user text, p_hash text) returns void language plpgsql
  set search_path = public, pg_temp as $$
begin
  update auth.account set password = p_hash, updated_at = now()
    where user_id = p_user and provider_id = 'credential';
  if not found then
    insert into auth.account (id, account_id, provider_id, user_id, password, updated_at)
      values (gen_random_uuid(), p_user, 'credential', p_user, p_hash, now());
  end if;
  update auth."user" set must_change_password = true, password_given_at = now(), password_used_at = null,
    closed_at = null, updated_at = now() where id = p_user;
  delete from auth.session where user_id = p_user;
end $$;

-- Whether these offices are all in which an account has roles from today on, within the institution of its
-- home: whoever gives it a password or an address could use them.
create function has_roles_within(p_user text, p_offices uuid[]) returns boolean
  language sql stable security definer set search_path = public, pg_temp as $$
  select not exists (select from auth."user" u join office home on home.id = u.home_id
    join membership m on m.user_id = u.id join office o on o.id = m.office_id
    where u.id = p_user and o.institution_id = home.institution_id and m.office_id <> all (p_offices)
      and (m.until_day is null or m.until_day >= greatest(actor_day(), m.from_day)))
$$;

-- The home of this account, where the actor keeps it: administers its home, and all offices of the institution
-- in which it has roles. Null otherwise.
create function office_of_own_user(p_user text) returns uuid
  language sql stable security definer set search_path = public, pg_temp as $$
  select home_id from auth."user", (select actor_scope('user.write') as written) scope
  where id = p_user and home_id = any (written) and has_roles_within(p_user, written)
$$;

-- The offices in which an account may be given roles: those of its own institution. Accounts of the operator's
-- office may have them everywhere, because it sets up and shows what the others use.
create function may_work_in(p_user text, p_office uuid) returns boolean
  language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from auth."user" u join office home on home.id = u.home_id
    join office o on o.id = p_office
    where u.id = p_user and (home.kind = 'operator' or home.institution_id = o.institution_id))
$$;

-- An account without a home is at home where its first role is: those that the owner of the database makes.
-- What administrators make is refused without one.
create function settle_home() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  update auth."user" set home_id = new.office_id where id = new.user_id and home_id is null;
  return null;
end $$;

create trigger settle_home after insert on membership for each row execute function settle_home();

-- Roles that were given and ended, on the trail; who has them is looked at again at once.
create function note_role() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if actor_user() is not null then
    perform note_security(case when tg_op = 'INSERT' or new.until_day is null or new.until_day > old.until_day
      then 'role-given' else 'role-ended' end, new.role, new.user_id);
  end if;
  if tg_op = 'UPDATE' then
    perform announce_session(new.user_id);
  end if;
  return null;
end $$;

create trigger note_role after insert or update of until_day on membership
  for each row execute function note_role();

-- A role that is made longer is given anew, by those who may give it.
create function give_longer_role() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if session_user = 'mapalus_app' and (office_of_own_user(new.user_id) is null
      or not may_work_in(new.user_id, new.office_id)) then
    raise insufficient_privilege using message = 'this account is kept by somebody else';
  end if;
  return new;
end $$;

create trigger give_longer_role before update of until_day on membership for each row
  when (old.until_day is not null and (new.until_day is null or new.until_day > old.until_day))
  execute function give_longer_role();

-- The serving role has no rights on the sign-in tables. What administrators do to accounts goes through
-- these, so that it commits together with roles and audit.
create function open_account(p_id text, p_name text, p_email text, p_hash text, p_home uuid) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if p_home is null or p_home <> all (actor_scope('user.write')) then
    raise exception 'accounts are opened by administrators, at home in their offices'
      using errcode = 'insufficient_privilege';
  end if;
  if not write_account(p_id, p_name, p_email, p_hash, p_home) then
    return false;
  end if;
  perform note_security('account-opened', null, p_id);
  return true;
end $$;

-- Only where the actor keeps the accounts of its home; answers the home, or null.
create function reset_password(p_user text, p_hash text) returns uuid
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  home uuid := office_of_own_user(p_user);
begin
  if home is not null then
    perform write_password(p_user, p_hash);
    perform note_security('password-reset', null, p_user);
  end if;
  return home;
end $$;

-- Gives an account another address; as `reset_password`, because the address is what one signs in by. Answers
-- whether the address was still free.
create function correct_email(p_user text, p_email text, out office uuid, out is_free boolean)
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  office := office_of_own_user(p_user);
  is_free := true;
  if office is not null then
    update auth."user" set email = lower(p_email), updated_at = now() where id = p_user;
    perform note_security('email-corrected', null, p_user);
  end if;
exception when unique_violation then
  is_free := false;
end $$;

-- Closes an account: nobody signs in with it, its sessions are over and its roles end at once. Answers its
-- home where the actor keeps the accounts of it, or null.
create function close_account(p_user text) returns uuid
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  home uuid := office_of_own_user(p_user);
begin
  if home is not null then
    update auth."user" set closed_at = now() where id = p_user and closed_at is null;
    if found then
      perform note_security('account-closed', null, p_user);
    end if;
    delete from auth.session where user_id = p_user;
    update membership set until_day = greatest(actor_day(), from_day) - 1
      where user_id = p_user and (until_day is null or until_day >= actor_day());
  end if;
  return home;
end $$;

-- Whether ending these roles on a day would leave their offices without an administrator: nobody else has the
-- role there or above, within the institution, with an account that is open and for as long. Of two who ask at
-- once the second one sees what the first has done.
create function leaves_no_administrator(p_ending uuid[], p_until date) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(72707375);
  return exists (select from membership m join office o on o.id = m.office_id
    where m.id = any (p_ending) and m.role = 'administrator'
      and (m.until_day is null or m.until_day > p_until)
      and not exists (select from membership other join auth."user" u on u.id = other.user_id
        where other.role = 'administrator' and other.id <> all (p_ending) and u.closed_at is null
          and other.office_id = any (o.path[array_position(o.path, o.institution_id):])
          and other.from_day <= p_until + 1
          and (other.until_day is null or other.until_day > p_until)));
end $$;

-- The roles that end together with each of these office holders: those of the linked account from today on, in
-- offices where the actor appoints and relieves. An administrator's role only an administrator ends.
create function roles_of_holders(p_holders uuid[]) returns table (holder uuid, membership uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select h.id, m.id from office_holder h join membership m on m.user_id = h.user_id
  where h.id = any (p_holders)
    and h.office_id = any ((select actor_scope('holder.write'))::uuid[])
    and m.office_id = any ((select actor_scope('holder.write'))::uuid[])
    and (m.until_day is null or m.until_day >= greatest(actor_day(), m.from_day))
    and (m.role <> 'administrator' or m.office_id = any ((select actor_scope('user.write'))::uuid[]))
$$;

-- Ends these of the roles that end together with an office holder, on a day.
create function end_roles_of_holder(p_holder uuid, p_roles uuid[], p_until date) returns void
  language sql security definer set search_path = public, pg_temp as $$
  update membership m set until_day = greatest(p_until, m.from_day - 1)
  from roles_of_holders(array[p_holder]) r
  where m.id = r.membership and m.id = any (p_roles) and (m.until_day is null or m.until_day > p_until)
$$;

-- The account with this address, where the actor keeps it; null otherwise, as where there is none.
create function own_account_at(p_email text) returns text
  language sql stable security definer set search_path = public, pg_temp as $$
  select id from auth."user" where email = lower(p_email) and office_of_own_user(id) is not null
$$;

-- One page of the people whom the actor knows by their roles or keeps the accounts of, by name. Only
-- accounts that the actor keeps show their addresses and are found by them.
create function find_users(p_searched text, p_office uuid, p_after_name text, p_after_id text, p_most integer)
  returns table (id text, name text, email text, is_open boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  with scope as materialized (
    select actor_scope('user.read') as read, actor_scope('user.write') as written
  ), people as materialized (
    select m.user_id from membership m, scope
      where m.office_id = any (scope.read) and (p_office is null or m.office_id = p_office)
    union
    select u.id from auth."user" u, scope where p_office is null and u.home_id = any (scope.written)
  )
  select u.id, u.name, case when u.home_id = any (scope.written) and has_roles_within(u.id, scope.written)
      then u.email end, u.closed_at is null
  from people join auth."user" u on u.id = people.user_id, scope
  where (p_searched is null or folded(u.name) like containing(p_searched)
      or u.email like containing(p_searched) and u.home_id = any (scope.written)
        and has_roles_within(u.id, scope.written))
    and (p_after_name is null or (u.name, u.id) > (p_after_name, p_after_id))
  order by u.name, u.id limit p_most
$$;

-- One of them.
create function find_user(p_user text) returns table (id text, name text, email text, is_open boolean)
  language sql stable security definer set search_path = public, pg_temp as $$
  select u.id, u.name, case when office_of_own_user(u.id) is not null then u.email end, u.closed_at is null
  from auth."user" u
  where u.id = p_user and (office_of_own_user(u.id) is not null or exists (select from membership m
    where m.user_id = u.id and m.office_id = any ((select actor_scope('user.read'))::uuid[])))
$$;

-- -- Sessions ----------------------------------------------------------------------------------

-- Who calls, by the hash of a session's token: the user, the roles that hold on the business day of
-- this instant or begin later, what the user reaches on that day (by permission, and as the settings by which
-- row policies know the user), and the installation. Runs as the owner: the caller is nobody yet.
create function session_of(p_hash bytea, p_now timestamptz, p_zone text) returns jsonb
  language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('id', s.id, 'userId', u.id, 'name', u.name, 'email', u.email,
    'mustChangePassword', u.must_change_password,
    'beganAt', (extract(epoch from s.created_at) * 1000)::bigint,
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
        where m.user_id = u.id and (m.until_day is null or m.until_day >= greatest(day, m.from_day))), '[]'))
  from auth.session s join auth."user" u on u.id = s.user_id, installation i,
    lateral (select ((p_now + i.clock_offset * interval '1 millisecond') at time zone p_zone)::date as day) today
  where sha256(s.token::bytea) = p_hash and s.expires_at > p_now and u.closed_at is null
$$;

-- The actor's own sessions that can still be used, the last used first.
create function own_sessions(p_since timestamptz)
  returns table (id text, began_at timestamptz, used_at timestamptz, agent text)
  language sql stable security definer set search_path = public, pg_temp as $$
  select id, created_at, updated_at, user_agent from auth.session
  where user_id = actor_user() and expires_at > now() and created_at > p_since
  order by updated_at desc, id
$$;

-- Ends one of the actor's own sessions; answers whether there was one.
create function end_own_session(p_id text) returns boolean
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from auth.session where id = p_id and user_id = actor_user();
  if not found then
    return false;
  end if;
  perform note_security('session-ended', null, actor_user());
  return true;
end $$;

-- Pages that are open with a session that is over hear of it at once.
create function session_over() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  perform announce_session(old.user_id);
  return null;
end $$;

create trigger session_over after delete on auth.session for each row execute function session_over();

-- -- Grants ------------------------------------------------------------------------------------

grant usage on schema auth to mapalus_auth, mapalus_app, mapalus_worker;
grant select, insert, update, delete on all tables in schema auth to mapalus_auth;
grant usage on all sequences in schema auth to mapalus_auth;
-- Addresses are the engine's, for mail; people are told them by `find_users`.
grant select (id, name) on auth."user" to mapalus_app;
grant select (id, name, email) on auth."user" to mapalus_worker;
grant select (id, at, kind, code, user_id, by_user_id, office_id) on auth.security_event to mapalus_app;
grant select (id, at), delete on auth.security_event to mapalus_worker;

grant execute on function
  auth.begin_attempt(text, text, text, bytea, bytea, integer, integer, integer, integer),
  auth.change_password(text, text, text) to mapalus_auth;
grant execute on function office_of_own_user(text) to mapalus_app, mapalus_worker;
grant execute on function correct_email(text, text), roles_of_holders(uuid[]), end_roles_of_holder(uuid, uuid[], date),
  may_work_in(text, uuid), leaves_no_administrator(uuid[], date), own_account_at(text), find_user(text),
  find_users(text, uuid, text, text, integer), open_account(text, text, text, text, uuid),
  reset_password(text, text), close_account(text), own_sessions(timestamptz), end_own_session(text),
  session_of(bytea, timestamptz, text) to mapalus_app;

-- -- Row policies ------------------------------------------------------------------------------

create policy sign_in on auth."user" to mapalus_auth using (true) with check (true);
create policy sign_in on auth.session to mapalus_auth using (true) with check (true);
create policy sign_in on auth.account to mapalus_auth using (true) with check (true);
create policy sign_in on auth.verification to mapalus_auth using (true) with check (true);
create policy sign_in on auth.security_event to mapalus_auth using (true) with check (true);
create policy engine on auth."user" for select to mapalus_worker using (true);
create policy engine on auth.security_event to mapalus_worker using (true);

create policy self_or_colleague on auth."user" for select to mapalus_app
  using (id = (select actor_user()) or exists (select 1 from public.membership m where m.user_id = "user".id));
-- Attempts at addresses that no account has are seen by the operator.
create policy administered on auth.security_event for select to mapalus_app
  using (coalesce(office_id, (select operator_office()))
    = any ((select actor_scope('user.write'))::uuid[]));

-- Roles are given to the accounts of one's own home, in the offices where these may work.
create policy granted on membership for insert to mapalus_app
  with check (office_id = any ((select actor_scope('user.write'))::uuid[])
    and office_of_own_user(user_id) is not null and may_work_in(user_id, office_id));
