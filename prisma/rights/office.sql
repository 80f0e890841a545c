-- Places, offices and people: an office's place in the tree, and how far an actor reaches in it.

create function place_office() returns trigger language plpgsql
  set search_path = public, pg_temp as $$
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

create trigger fold_name before insert or update of name on office
  for each row execute function fold_name();
create trigger fold_name before insert or update of name on region
  for each row execute function fold_name();

-- Keeps the name that ends, with the business instant of it: what was signed before keeps the name.
create function keep_name() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  before constant jsonb := to_jsonb(old);
  ahead constant interval :=
    coalesce((select clock_offset from installation), 0) * interval '1 millisecond';
begin
  insert into former_name (kind, subject, name, position, until)
    values (tg_argv[0], coalesce(before ->> 'id', before ->> 'code'),
      coalesce(before ->> 'name', before ->> 'person_name'), before ->> 'position', now() + ahead);
  return null;
end $$;

create trigger keep_name after update of name on office for each row
  when (old.name <> new.name) execute function keep_name('office');
create trigger keep_name after update of name on region for each row
  when (old.name <> new.name) execute function keep_name('region');
create trigger keep_name after update of person_name, position on office_holder for each row
  when ((old.person_name, old.position) <> (new.person_name, new.position))
  execute function keep_name('holder');

-- The names that these had before, in the order in which they ended, as `FormerName` of
-- `domain/office/former-name.ts`. Part of the statement that asks; PL/pgSQL keeps the plan.
create function former_names(subjects text[]) returns json
  language plpgsql stable set search_path = public, pg_temp as $$
begin
  return (select coalesce(json_agg(json_build_object('subject', subject, 'name', name, 'position', position,
      'until', extract(epoch from until) * 1000, 'endedAt', extract(epoch from ended_at) * 1000)
      order by until, id), '[]')
    from former_name where subject = any (subjects));
end $$;

-- Whoever gives an office holder a longer time vouches for it like whoever entered the holder, and does not act
-- in the holder's name (domain/agreement/signing.ts, requireEnteredByAnother).
create function vouch_for_time() returns trigger language plpgsql
  set search_path = public, pg_temp as $$
begin
  new.entered_by := coalesce(nullif(current_setting('mapalus.user', true), ''), new.entered_by);
  return new;
end $$;

create trigger vouch_for_time before update of until_day on office_holder for each row
  when (old.until_day is not null and (new.until_day is null or new.until_day > old.until_day))
  execute function vouch_for_time();

-- One page of the regions by their codes, as codes. As the owner: under a row policy no index is asked for what
-- `like` selects, and with bitmaps, whatever the transaction says. Filters that are null select nothing away.
create function find_regions(searched text, above text, depth smallint, after_code text, most integer)
  returns setof text
  language plpgsql stable security definer
  set search_path = public, pg_temp set enable_bitmapscan = on as $$
declare
  pattern constant text := containing(searched);
begin
  return query execute concat_ws(' and ', 'select code from region where true',
      case when pattern is not null then 'folded like $1' end,
      case when above is not null then 'parent_code = $2' end,
      case when depth is not null then 'level = $3' end,
      case when after_code is not null then 'code > $4' end)
    || ' order by code limit $5'
    using pattern, above, depth, after_code, most;
end $$;

-- The office of whoever runs the installation; there is one.
create function operator_office() returns uuid
  language sql stable security definer set search_path = public, pg_temp
  return (select id from office where kind = 'operator');

-- Whether a permission for the whole institution holds from an office of this kind (domain/office/office.ts).
create function answers_for_all(p_kind text) returns boolean language sql immutable
  set search_path = public, pg_temp
  return p_kind in ('government', 'setda-division', 'bkad', 'inspektorat');

-- How far a permission of this reach goes from an office of this kind (domain/office/roles.ts, Reach).
create function reach_from(p_kind text, p_reach text) returns text language sql immutable
  set search_path = public, pg_temp
  return case
    when p_kind = 'operator' and p_reach <> 'office' then 'installation'
    when p_reach = 'installation' then null
    when p_reach = 'institution' and not answers_for_all(p_kind) then 'tree'
    else p_reach
  end;

-- The offices that the actor reaches with any of these permissions. Runs as the owner, because
-- the policies that call it guard the very tables it reads.
create function actor_scope(variadic wanted text[]) returns uuid[]
  language sql stable security definer set search_path = public, pg_temp as $$
  with mine as materialized (
    select home.id, home.institution_id, reach_from(home.kind, p.reach) as reach
    from membership m
    join permission p on p.role = m.role and p.action = any (wanted)
    join office home on home.id = m.office_id
    where m.user_id = actor_user()
      and m.from_day <= actor_day()
      and (m.until_day is null or m.until_day >= actor_day())
  )
  select coalesce(array_agg(distinct reached.id), '{}')
  from (
    select id from mine where reach is not null
    union all
    select o.id from mine join office o on o.path @> array[mine.id]
      and o.institution_id = mine.institution_id
      where reach = 'tree'
    union all
    select o.id from mine join office o on o.institution_id = mine.institution_id
      where reach = 'institution'
    union all
    select o.id from office o where exists (select 1 from mine where reach = 'installation')
  ) reached
$$;

-- Stands for an office and everything below it, where the office's own id stands for it alone. A page asks
-- hundreds of times: PL/pgSQL keeps the plan of its one expression.
create function tree_of(office uuid) returns uuid language plpgsql immutable
  set search_path = public, pg_temp as $$
begin
  return md5('tree/' || office::text)::uuid;
end $$;

-- What stands for each of these offices in a row's `seen_by`: the office itself, and every tree in which it
-- stands within its institution, or which the operator's office has over all.
create function marks_of(offices uuid[]) returns table (office uuid, mark uuid)
  language sql stable
  set search_path = public, pg_temp as $$
  select asked.id, asked.id from unnest(offices) as asked (id)
  union all
  select o.id, tree_of(above) from office o,
      unnest(o.path[array_position(o.path, o.institution_id):]) as above
    where o.id = any (offices)
  union all
  select asked.id, tree_of(operator.id) from unnest(offices) as asked (id)
    cross join office operator where operator.kind = 'operator'
$$;

-- Who sees what concerns these offices. A row keeps it in `seen_by`.
create function seen_by(concerned uuid[]) returns uuid[]
  language sql stable security definer set search_path = public, pg_temp as $$
  select array_agg(distinct mark) from marks_of(concerned)
$$;

-- What a user sees with each of these permissions on a day, as marks: an office, or the tree that begins
-- with one. As many as the user has offices, however large the country is.
create function reach_of(p_user text, p_day date, wanted text[]) returns table (action text, mark uuid)
  language sql stable
  set search_path = public, pg_temp as $$
  select distinct p.action, case reach_from(home.kind, p.reach)
      when 'office' then home.id
      when 'institution' then tree_of(home.institution_id)
      else tree_of(home.id)
    end
  from membership m
  join permission p on p.role = m.role and p.action = any (wanted)
  join office home on home.id = m.office_id
  where m.user_id = p_user and m.from_day <= p_day
    and (m.until_day is null or m.until_day >= p_day)
    and reach_from(home.kind, p.reach) is not null
$$;

-- The governments on whose side a user drafts: who prepares a PKS has to know the MoU above it.
create function governments_of(p_user text, p_day date) returns table (mark uuid)
  language sql stable
  set search_path = public, pg_temp as $$
  select distinct tree_of(home.institution_id)
  from membership m
  join permission p on p.role = m.role and p.action = 'agreement.create'
  join office home on home.id = m.office_id
  where m.user_id = p_user and m.from_day <= p_day
    and (m.until_day is null or m.until_day >= p_day)
    and p.reach <> 'installation' and home.kind not like 'bpjs-%' and home.kind <> 'operator'
$$;

-- Which of these offices the actor reaches with each of these permissions: the rule of `actor_scope`,
-- asked about a few offices without counting all the others. An action that reaches none is absent.
create function actor_scopes_among(actions text[], offices uuid[]) returns jsonb
  language plpgsql stable security definer set search_path = public, pg_temp
  -- Planning takes longer than running, and one plan serves every list of offices.
  set plan_cache_mode = force_generic_plan as $$
begin
  return (
    with reach as materialized (select * from reach_of(actor_user(), actor_day(), actions)),
      marks as materialized (select * from marks_of(offices))
    select coalesce(jsonb_object_agg(action, reached), '{}') from (
      select action, jsonb_agg(distinct office) as reached from reach join marks using (mark)
      group by action) permitted);
end $$;

-- By what row policies know a user on a business day, as settings of a transaction.
create function settings_of(p_user text, p_day date) returns jsonb
  language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('mapalus.user', p_user, 'mapalus.day', p_day,
    'mapalus.offices', coalesce(array_agg(mark) filter (where action = 'agreement.read'), '{}')::text,
    'mapalus.mail_offices', coalesce(array_agg(mark) filter (where action = 'mail.read'), '{}')::text,
    'mapalus.governments', array(select mark from governments_of(p_user, p_day))::text)
  from reach_of(p_user, p_day, array['agreement.read', 'mail.read'])
$$;

-- Which of these offices stand in reach of each of these marks. Part of the statement that asks.
create function reached_by(marks uuid[], offices uuid[]) returns table (mark text, reached uuid[])
  language sql stable
  set search_path = public, pg_temp as $$
  select of.mark::text, array_agg(of.office) from marks_of(offices) of where of.mark = any (marks) group by of.mark
$$;

-- Makes this transaction that user's, on that business day.
create function act_as(p_user text, p_day date) returns void
  language sql security definer set search_path = public, pg_temp as $$
  select set_config(name, value, true) from jsonb_each_text(settings_of(p_user, p_day)) as each (name, value)
$$;

-- One page of the offices by their names, as ids. As the owner: under a row policy no index is asked for
-- what `like` selects. Filters that are null select nothing away.
create function find_offices(
  searched text, of_kind text, region text, institution uuid, among uuid[], after_name text,
  after_id uuid, most integer
) returns setof uuid
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  -- Up to this many matches are sorted. Where there are more, walking the names in their order meets a
  -- page of them sooner.
  few constant integer := 2000;
  pattern constant text := containing(searched);
  matching uuid[];
begin
  if pattern is not null then
    matching := array(select id from office where folded like pattern limit few + 1);
  end if;
  return query execute concat_ws(' and ', 'select o.id from office o where true',
      case when cardinality(matching) > few then 'o.folded like $1'
        when matching is not null then 'o.id = any ($9)' end,
      case when of_kind is not null then 'o.kind = $2' end,
      case when region is not null then 'o.region_code = $3' end,
      case when institution is not null then 'o.institution_id = $4' end,
      case when among is not null then 'o.id = any ($5)' end,
      case when after_id is not null then '(o.name, o.id) > ($6, $7)' end)
    || ' order by o.name, o.id limit $8'
    using pattern, of_kind, region, institution, among, after_name, after_id, most, matching;
end $$;

-- -- Grants ------------------------------------------------------------------------------------

grant select on region, office, office_holder, former_name, handover, membership, permission
  to mapalus_app, mapalus_worker;
grant insert on office, office_holder, handover, membership to mapalus_app;
grant update (name, mailbox) on office to mapalus_app;
grant update (until_day) on office_holder to mapalus_app;
grant update (done_on, done_by) on handover to mapalus_app;
grant update (until_day) on membership to mapalus_app;

grant execute on function actor_scope(text[]), seen_by(uuid[]) to mapalus_app, mapalus_worker;
grant execute on function operator_office(), answers_for_all(text), former_names(text[]) to mapalus_app;
grant execute on function tree_of(uuid), marks_of(uuid[]), reached_by(uuid[], uuid[]) to mapalus_app;
grant execute on function act_as(text, date), actor_scopes_among(text[], uuid[]),
  find_offices(text, text, text, uuid, uuid[], text, uuid, integer),
  find_regions(text, text, smallint, text, integer) to mapalus_app;

-- -- Row policies ------------------------------------------------------------------------------

-- Public registers are open to everybody who is signed in.
create policy public_register on region for select to mapalus_app using ((select actor_user()) is not null);
create policy public_register on office for select to mapalus_app using ((select actor_user()) is not null);
-- Who may know somebody's name may know the one before.
create policy known on former_name for select to mapalus_app
  using (case when kind = 'holder' then exists (select from office_holder h where h.id = subject::uuid)
    else (select actor_user()) is not null end);
create policy rules on permission for select to mapalus_app using ((select actor_user()) is not null);

create policy added_below on office for insert to mapalus_app
  with check (case when parent_id is null or kind in ('government', 'bpjs-head-office')
    then (select operator_office()) = any ((select actor_scope('office.write'))::uuid[])
    -- From there a permission may reach the whole institution, so it is added by those who have all of it.
    when answers_for_all(kind) then institution_id = any ((select actor_scope('office.write'))::uuid[])
    else parent_id = any ((select actor_scope('office.write'))::uuid[]) end);
create policy changed_within on office for update to mapalus_app
  using (id = any ((select actor_scope('office.write'))::uuid[]));

create policy appointed on office_holder for insert to mapalus_app
  with check (office_id = any ((select actor_scope('holder.write'))::uuid[]));
create policy relieved on office_holder for update to mapalus_app
  using (office_id = any ((select actor_scope('holder.write'))::uuid[]));

create policy opened on handover for insert to mapalus_app
  with check (office_id = any ((select actor_scope('holder.write'))::uuid[]));
create policy done on handover for update to mapalus_app
  using (office_id = any ((select actor_scope('holder.write'))::uuid[]));

-- PostgreSQL tries the policies of a table in the reverse order of their names. This one costs most and is
-- tried last: most rows are visible by another one.
create policy administered on membership for select to mapalus_app
  using (user_id = (select actor_user()) or office_id = any ((select actor_scope('user.read'))::uuid[]));
create policy ended on membership for update to mapalus_app
  using (office_id = any ((select actor_scope('user.write'))::uuid[]));
