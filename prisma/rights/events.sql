-- Hints for open pages that something changed.

-- Leaves a hint for open pages and wakes whoever listens. Carries ids only.
create function announce(p_topic text, p_subject uuid) returns void language plpgsql
  set search_path = public, pg_temp as $$
begin
  insert into change_event (topic, subject_id) values (p_topic, p_subject);
  perform pg_notify('mapalus', p_topic || ':' || coalesce(p_subject::text, ''));
end $$;

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
create function users_alike(p_users text[], p_day date) returns setof text[]
  language sql stable security definer set search_path = public, pg_temp as $$
  with held as (
    select u.id, string_agg(m.role || m.office_id, ' ' order by m.role, m.office_id) as roles
    from unnest(p_users) u (id) left join membership m on m.user_id = u.id
      and m.from_day <= p_day and (m.until_day is null or m.until_day >= p_day)
    group by u.id
  )
  select array_agg(id order by id) from held group by roles
$$;

-- Which of these hints which of these users may see: row policies answer, once for users alike.
create function hints_seen(p_users text[], p_day date, p_seqs bigint[])
  returns table (users text[], seqs bigint[]) language plpgsql
  set search_path = public, pg_temp as $$
begin
  for users in select users_alike(p_users, p_day) loop
    perform act_as(users[1], p_day);
    select array_agg(c.seq) into seqs from change_event c where c.seq = any (p_seqs);
    if seqs is not null then
      return next;
    end if;
  end loop;
end $$;

-- -- Grants ------------------------------------------------------------------------------------

grant select, insert on change_event to mapalus_app, mapalus_worker;
grant delete on change_event to mapalus_worker;

grant execute on function announce(text, uuid) to mapalus_app, mapalus_worker;
grant execute on function hints_after(xid8, bigint, integer), users_alike(text[], date),
  hints_seen(text[], date, bigint[]) to mapalus_app;

-- -- Row policies ------------------------------------------------------------------------------

create policy concerned on change_event for select to mapalus_app
  using (case topic
    when 'agreement' then exists (select 1 from agreement a where a.id = subject_id)
    -- About no single mail, for all who read mail: whether it can leave at all.
    when 'outbox' then case when subject_id is null
      then nullif(current_setting('mapalus.mail_offices', true), '')::uuid[] <> '{}'
      else exists (select 1 from outbox o where o.id = subject_id) end
    -- About an office whose holders the actor may know.
    when 'holder' then exists (select 1 from office_holder h where h.office_id = subject_id)
    -- About no subject: rules and the clock are everybody's.
    when 'policy' then (select actor_user()) is not null
    when 'clock' then (select actor_user()) is not null
    -- A topic that no policy speaks of is nobody's.
    else false end);
create policy told on change_event for insert to mapalus_app with check ((select actor_user()) is not null);
