-- Hints for open pages that something changed.

-- Leaves a hint for open pages and wakes whoever listens. Carries ids only.
create function announce(p_topic text, p_subject uuid) returns void language plpgsql as $$
begin
  insert into change_event (topic, subject_id) values (p_topic, p_subject);
  perform pg_notify('mapalus', p_topic || ':' || coalesce(p_subject::text, ''));
end $$;

-- -- Grants ------------------------------------------------------------------------------------

grant select, insert on change_event to mapalus_app, mapalus_worker;
grant delete on change_event to mapalus_worker;

grant execute on function announce(text, uuid) to mapalus_app, mapalus_worker;

-- -- Row policies ------------------------------------------------------------------------------

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
