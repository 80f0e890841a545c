-- Agreements: who sees them, and whom they bring together.

-- The actor's own offices and those met in agreements that the actor may see.
create function actor_known_offices() returns uuid[]
  language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(distinct known.id), '{}')
  from (
    select unnest(actor_scope('office.read')) as id
    union all
    select office_id from acquaintance
      where known_to && nullif(current_setting('mapalus.offices', true), '')::uuid[]
  ) known
$$;

-- The offices that an agreement introduces are known to all who see it; those that it only names are not,
-- because whoever proposes it names whom they like. Agreements of the same offices follow one another by
-- the thousand, so a row is locked only when it has to change.
create function make_known() returns trigger language plpgsql
  set search_path = public, pg_temp as $$
begin
  if tg_op = 'UPDATE' and new.seen_by = old.seen_by and new.introduces = old.introduces then
    return null;
  end if;
  insert into acquaintance (office_id, known_to)
    select o.id, new.seen_by from office o
      where o.id = any (new.introduces) and not exists (select from acquaintance a
        where a.office_id = o.id and a.known_to @> new.seen_by)
      order by o.id
    on conflict (office_id) do update set known_to = array(
      select unnest(acquaintance.known_to) union select unnest(excluded.known_to));
  return null;
end $$;

create trigger make_known after insert or update of seen_by, introduces on agreement
  for each row execute function make_known();

-- The known offices, and those above them in the same institution: their heads may sign for them.
create function actor_signing_offices() returns uuid[]
  language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(distinct above.id), '{}')
  from office known join office above
    on above.id = any (known.path) and above.institution_id = known.institution_id
  where known.id = any ((select actor_known_offices())::uuid[])
$$;

-- The institutions in which somebody has an account today, as far as an agreement may have declared them to
-- be outside: BPJS, the government of the region, and those of which an office bears the name of a party, with
-- that office. As the owner: who works where is not for everybody to read; neither are the names of parties
-- in agreements that the actor does not see.
create function institutions_present(p_region text, outside uuid[])
  returns table (id uuid, name text, kind text, region text, named jsonb)
  language sql stable security definer set search_path = public, pg_temp as $$
  select root.id, root.name, root.kind, root.region_code,
    coalesce(jsonb_agg(jsonb_build_object('party', n.id, 'office', bearer.id, 'name', bearer.name)
      order by bearer.id) filter (where n.id is not null), '[]')
  from office root
    left join (note n join office bearer on bearer.folded = folded(n.text))
      on bearer.institution_id = root.id and n.id = any (outside)
        and (n.author_id = actor_user() or exists (select from agreement a where a.id = n.agreement_id
          and (a.seen_by && nullif(current_setting('mapalus.offices', true), '')::uuid[]
            or a.kind = 'mou'
              and a.seen_by && nullif(current_setting('mapalus.governments', true), '')::uuid[])))
  where root.id = root.institution_id
    and (root.kind = 'bpjs-head-office' or root.region_code = p_region or n.id is not null)
    and exists (select from membership m join office place on place.id = m.office_id
      where place.institution_id = root.id and m.from_day <= actor_day()
        and (m.until_day is null or m.until_day >= actor_day()))
  group by root.id
$$;

-- Writes the area and the submitting offices of a proposal, whose title the actor has written before. Once
-- it is recorded they never change, and writing them again changes nothing.
create function write_places(proposed uuid, area text[], submitting uuid[]) returns void
  language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select from note
      where agreement_id = proposed and kind = 'title' and author_id = actor_user()) then
    raise insufficient_privilege using message = 'only who proposes an agreement writes its places';
  end if;
  if exists (select from agreement where id = proposed) then
    return;
  end if;
  insert into agreement_area select proposed, unnest(area) on conflict do nothing;
  insert into submitting_office select proposed, unnest(submitting) on conflict do nothing;
end $$;

-- What makes a number the same as another: the number itself, folded and without blanks.
create function number_key(written text) returns text language sql immutable parallel safe
  set search_path = public, pg_temp
  return replace(folded(written), ' ', '');

-- Keeps what people search by: the title and the numbers, folded.
create function fold_title() returns trigger language plpgsql
  set search_path = public, pg_temp as $$
begin
  new.folded := concat_ws(e'\n', folded(new.title), (
    select string_agg(folded(n.number), e'\n' order by n.number) from number_reservation n
    where n.agreement_id = new.id));
  return new;
end $$;

create trigger fold_title before insert on agreement
  for each row execute function fold_title();
create trigger fold_new_title before update of title on agreement
  for each row when (new.title is distinct from old.title) execute function fold_title();

create function fold_numbers() returns trigger language plpgsql
  set search_path = public, pg_temp as $$
begin
  update agreement a set folded = concat_ws(e'\n', folded(a.title),
      (select string_agg(folded(n.number), e'\n' order by n.number) from number_reservation n
        where n.agreement_id = a.id))
    where a.id in (old.agreement_id, new.agreement_id);
  return null;
end $$;

create trigger fold_numbers after insert or delete on number_reservation
  for each row execute function fold_numbers();

-- What an agreement is about, as far as its title says it: without the words for its kind, years, blanks and
-- punctuation. A title that says nothing else is taken as it is.
create function object_of(title text) returns text language sql immutable parallel safe
  set search_path = public, pg_temp
  return coalesce(nullif(regexp_replace(folded(title),
      '\m(pks|mou|perjanjian kerja sama|nota kesepakatan|nota kesepahaman|kesepakatan bersama|20\d\d)\M'
        || '|[[:space:][:punct:]]', '', 'g'), ''),
    regexp_replace(folded(title), '[[:space:][:punct:]]', '', 'g'));

-- The same for agreements of one kind between the same parties about the same thing. Parties outside the
-- system are the same when they bear the same name. As the owner: it only compares.
create function likeness_of(p_kind text, p_parties jsonb, p_title text) returns text
  language sql stable security definer set search_path = public, pg_temp as $$
  select encode(sha256(convert_to(concat_ws(e'\n', p_kind, object_of(p_title), (
      select string_agg(who, e'\n' order by who collate "C") from (
        select case when (party ->> 'outside')::boolean
            then 'outside ' || coalesce((select folded(text) from note where id = (party ->> 'id')::uuid), '')
            else party ->> 'id' end as who
        from jsonb_array_elements(p_parties) party) parties)), 'UTF8')), 'hex')
$$;

create function keep_likeness() returns trigger language plpgsql
  set search_path = public, pg_temp as $$
begin
  new.likeness := likeness_of(new.kind, new.parties, new.title);
  return new;
end $$;

create trigger keep_likeness before insert on agreement
  for each row execute function keep_likeness();
create trigger keep_new_likeness before update of title on agreement
  for each row when (new.title is distinct from old.title) execute function keep_likeness();

-- Agreements that have not ended and hold at the same time between the same parties about the same thing, as
-- far as the actor sees them. One that renews the other, or renews the same one, is no second one. Part of the
-- statement that asks; PL/pgSQL keeps the plan.
create function twins_of(p_id uuid, p_likeness text, p_start date, p_end date, p_renewal_of uuid)
  returns setof agreement
  language plpgsql stable rows 1 set search_path = public, pg_temp as $$
begin
  return query select * from agreement a
    where a.likeness = p_likeness and a.id <> p_id and a.stage <> 'ended'
      and a.start_day <= p_end and coalesce(a.last_day, a.end_day) >= p_start
      and a.renewal_of is distinct from p_id
      and (p_renewal_of is null or a.id <> p_renewal_of and a.renewal_of is distinct from p_renewal_of);
end $$;

-- One page of the agreements that the actor sees, by ids and what they are sorted by. As the owner:
-- under a row policy no index is asked for what `like` and `&&` select. Planned for the values at hand and
-- with bitmaps, whatever the transaction says: somebody sees ten rows, somebody else every row. Filters that
-- are null select nothing away; `turns` are pairs of a stage and the permission that its desk needs.
create function find_agreements(
  searched text, of_kind text, stages text[], region text, desk uuid, turns text[], ends_from date,
  ends_until date, sort text, descending boolean, after_key text, after_id uuid, most integer
) returns table (id uuid, sort_key text)
  language plpgsql stable security definer rows 50
  set search_path = public, pg_temp set enable_bitmapscan = on as $$
declare
  seen_by constant uuid[] := nullif(current_setting('mapalus.offices', true), '')::uuid[];
  governments constant uuid[] := nullif(current_setting('mapalus.governments', true), '')::uuid[];
  pattern constant text := containing(searched);
  sorted constant text := case sort when 'end' then 'a.end_day' when 'changed' then 'a.recorded_at'
    when 'title' then 'a.title' end;
  key constant text := case sort when 'end' then 'a.end_day::text' when 'title' then 'a.title'
    when 'changed'
      then 'to_char(a.recorded_at at time zone ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')' end;
  type constant text := case sort when 'end' then 'date' when 'changed' then 'timestamptz'
    when 'title' then 'text' end;
  direction constant text := case when descending then 'desc' else 'asc' end;
  in_order constant text := format(' order by %1$s %2$s, a.id %2$s limit $11', sorted, direction);
  -- Each stage is asked for by itself: within one, an index has the order of the page.
  walks constant text[] := case when turns is not null then array(
      select format(' and stage = %L and desks && %L::uuid[]', turns[at], actor_scope(turns[at + 1]))
      from generate_series(1, cardinality(turns), 2) at
      where stages is null or turns[at] = any (stages))
    when stages is not null then array(
      select distinct format(' and stage = %L', stage) from unnest(stages) stage)
    else array[''] end;
begin
  if cardinality(walks) = 0 then
    return;
  end if;
  return query execute concat('select a.id, ', key, ' from (', (
      select string_agg(concat('(', concat_ws(' and ',
          format('select a.id, %s from agreement a where (seen_by && $1%s)', sorted, case
            when governments <> '{}' then ' or kind = ''mou'' and seen_by && $2' end),
          case when pattern is not null then 'folded like $3' end,
          case when of_kind is not null then 'kind = $4' end,
          case when region is not null then '(region_code = $5 or region_code like $5 || ''.%'')' end,
          case when desk is not null then 'desks @> array[$6]' end,
          case when ends_from is not null then 'end_day >= $7' end,
          case when ends_until is not null then 'end_day <= $8' end,
          case when after_key is not null then format('(%s, a.id) %s ($9::%s, $10)', sorted,
            case when descending then '<' else '>' end, type) end),
        walk, in_order, ')'), ' union all ')
      from unnest(walks) walk), ') a', in_order)
    using seen_by, governments, pattern, of_kind, region, desk, ends_from, ends_until, after_key,
      after_id, most;
end $$;

-- -- Grants ------------------------------------------------------------------------------------

grant select on agreement, agreement_area, submitting_office, planned_milestone, number_reservation,
  signature_reservation, renewal_reservation, note, evidence to mapalus_app, mapalus_worker;
grant insert on note, evidence to mapalus_app;
grant update (document_id) on evidence to mapalus_app;

grant insert, update on agreement to mapalus_worker;
grant select on acquaintance to mapalus_app;
grant select, insert, update on acquaintance to mapalus_worker;
grant insert, delete on planned_milestone, number_reservation, signature_reservation,
  renewal_reservation to mapalus_worker;
grant select, insert, delete on reservation_answer, term_reservation to mapalus_worker;

grant execute on function number_key(text) to mapalus_worker;
grant execute on function actor_known_offices(), actor_signing_offices()
  to mapalus_app, mapalus_worker;
grant execute on function likeness_of(text, jsonb, text) to mapalus_app, mapalus_worker;
grant execute on function twins_of(uuid, text, date, date, uuid) to mapalus_app;
grant execute on function write_places(uuid, text[], uuid[]),
  institutions_present(text, uuid[]) to mapalus_app;
grant execute on function find_agreements(text, text, text[], text, uuid, text[], date, date, text,
  boolean, text, uuid, integer) to mapalus_app;

-- -- Row policies ------------------------------------------------------------------------------

-- Of conditions joined by `or` the cheap one that mostly holds comes first: `actor_scope` and its kin run
-- only for rows that it leaves undecided.

-- Never a sub-select, nor a function of a row: PostgreSQL knows the setting's value when it plans, and
-- asks the index of `seen_by` where that is the shortest way. Later tables copy this shape.
create policy concerned on agreement for select to mapalus_app
  using (seen_by && nullif(current_setting('mapalus.offices', true), '')::uuid[]
    or kind = 'mou' and seen_by && nullif(current_setting('mapalus.governments', true), '')::uuid[]);

create policy concerned on agreement_area for select to mapalus_app
  using (exists (select 1 from agreement a where a.id = agreement_id));
create policy concerned on submitting_office for select to mapalus_app
  using (exists (select 1 from agreement a where a.id = agreement_id));

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
  using ((visibility = 'shared' and exists (select 1 from agreement a where a.id = agreement_id))
    or office_id = any ((select actor_scope('agreement.read'))::uuid[]));
create policy written_for_own_office on note for insert to mapalus_app
  with check (author_id = (select actor_user()) and office_id = any ((select actor_scope(
    'agreement.create', 'agreement.draft', 'agreement.approve', 'agreement.number',
    'agreement.sign', 'agreement.end', 'agreement.agree', 'agreement.redate'))::uuid[]));

create policy shared_or_own_side on evidence for select to mapalus_app
  using (exists (select 1 from agreement a where a.id = agreement_id)
    or office_id = any ((select actor_scope('agreement.read'))::uuid[]));
create policy written_for_own_office on evidence for insert to mapalus_app
  with check (author_id = (select actor_user()) and office_id = any ((select actor_scope(
    'agreement.create', 'agreement.draft', 'agreement.approve', 'agreement.number',
    'agreement.sign', 'agreement.end', 'agreement.agree', 'agreement.redate'))::uuid[]));
create policy completed on evidence for update to mapalus_app
  using (office_id = any ((select actor_scope('agreement.draft'))::uuid[]));

create policy met on acquaintance for select to mapalus_app
  using (known_to && nullif(current_setting('mapalus.offices', true), '')::uuid[]);

-- Whom an agreement brings together may know who holds office and works on the other side.
create policy known on office_holder for select to mapalus_app
  using (exists (select 1 from acquaintance met where met.office_id = office_holder.office_id)
    or office_id = any ((select actor_signing_offices())::uuid[]));
create policy known on handover for select to mapalus_app
  using (exists (select 1 from acquaintance met where met.office_id = handover.office_id)
    or office_id = any ((select actor_signing_offices())::uuid[]));
create policy known on membership for select to mapalus_app
  using (exists (select 1 from acquaintance met where met.office_id = membership.office_id)
    or office_id = any ((select actor_known_offices())::uuid[]));
