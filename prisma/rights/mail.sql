-- Mail: who sees the outbox and may send again what failed, and what a mail is made of.

-- Keeps who reads a mail, and who sees it by its offices.
create function place_mail() returns trigger language plpgsql
  set search_path = public, pg_temp as $$
begin
  new.reader := coalesce(new.user_id, new.office_id::text, '');
  new.seen_by := coalesce(
    seen_by(case when new.office_id is null then new.offices else array[new.office_id] end), '{}');
  return new;
end $$;

create trigger place_mail before insert or update of offices, office_id, user_id on outbox
  for each row execute function place_mail();

-- What these mails are made of at this business instant, as far as the actor sees them: the title of the
-- agreement and names; for mails that have not left also the agreement, its renewal and its later mails; for
-- mails that wait also their offices with everybody around these. Runs as the owner: who sees a mail may read
-- in it what row policies hide elsewhere. The engine and the owner see every mail.
create function mail_sources(p_mails uuid[], p_now timestamptz) returns table (
    id uuid, today text, title text, agreement jsonb, renewal jsonb, later jsonb, offices jsonb,
    people jsonb, names jsonb, former json)
  language sql stable security definer set search_path = public, pg_temp as $$
  with mails as materialized (
    select o.*, (p_now at time zone coalesce(a.zone, 'Asia/Jakarta'))::date as today, a.title,
      a.state as agreement_state, o.state not in ('sent', 'failed') as has_not_left
    from outbox o left join agreement a on a.id = o.agreement_id
    where o.id = any (p_mails) and (session_user = current_user
      or pg_has_role(session_user, 'mapalus_worker', 'member')
      or o.seen_by && nullif(current_setting('mapalus.mail_offices', true), '')::uuid[])
  )
  select m.id, m.today::text, m.title, case when m.has_not_left then m.agreement_state end,
    case when m.has_not_left then (
      select jsonb_build_object('id', r.id, 'title', r.title, 'state', r.state) from agreement r
        where r.renewal_of = m.agreement_id and not (r.stage = 'ended' and r.last_day is null)
        limit 1) end,
    case when m.has_not_left then (
      select coalesce(jsonb_agg(distinct jsonb_build_object('template', l.template,
          'offices', to_jsonb(l.offices))), '[]')
        from outbox l where l.agreement_id = m.agreement_id and l.created_at > m.created_at) end,
    meant.offices,
    case when meant.offices is not null then (
      select coalesce(jsonb_agg(jsonb_build_object('userId', p.user_id, 'officeId', p.office_id,
          'institutionId', o.institution_id, 'role', p.role, 'email', u.email, 'name', u.name,
          'office', o.name) order by u.name, p.id), '[]')
        from office o join membership p on p.office_id = o.id join auth."user" u on u.id = p.user_id
        where (o.institution_id = any (meant.governments) and answers_for_all(o.kind)
            or o.id = any (meant.on_the_way))
          and p.from_day <= m.today and (p.until_day is null or p.until_day >= m.today)) end,
    (select coalesce(jsonb_object_agg(named.id, named.name), '{}') from (
        select o.id::text, o.name from office o where o.id = any (m.offices || m.office_id)
        union all select u.id, u.name from auth."user" u where u.id = m.user_id
        union all select o.id::text, o.name from office o where o.id = any (meant.mentioned)
        union all select n.id::text, n.text from note n
          where n.id = any (meant.mentioned) and n.visibility = 'shared'
        union all select a.id::text, a.title from agreement a where a.id = any (meant.mentioned)
      ) named (id, name)),
    former_names(array(select party ->> 'id'
      from jsonb_array_elements(m.agreement_state -> 'parties') party))
  from mails m left join lateral (
    select jsonb_agg(jsonb_build_object('id', o.id, 'institutionId', o.institution_id,
        'path', to_jsonb(o.path), 'mailbox', o.mailbox, 'hasMailbox', o.mailbox is not null,
        'name', o.name, 'side', case root.kind when 'government' then 'government' else 'bpjs' end)
        order by array_position(m.offices, o.id)) as offices,
      array_agg(o.institution_id) filter (where root.kind = 'government') as governments,
      array(select unnest(path) from office where id = any (m.offices)) as on_the_way,
      array(select (party ->> 'id')::uuid from jsonb_array_elements(m.agreement_state -> 'parties') party
        union all select (found #>> '{}')::uuid from jsonb_path_query(m.content,
          'strict $.** ? (@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")') found)
        as mentioned
      from office o join office root on root.id = o.institution_id
      where o.id = any (m.offices) and m.state in ('queued', 'unknown')
  ) meant on true
$$;

-- Which of these offices' mail the actor reads.
create function mail_offices_among(p_offices uuid[]) returns setof uuid
  language sql stable security definer set search_path = public, pg_temp as $$
  select distinct office from marks_of(p_offices)
  where mark = any (nullif(current_setting('mapalus.mail_offices', true), '')::uuid[])
$$;

-- The milestones of an agreement, by their keys, of whose mails none was sent and none will be.
create function milestones_not_sent(p_agreement uuid) returns setof text
  language sql stable security definer set search_path = public, pg_temp as $$
  select milestone from outbox
  where agreement_id = p_agreement and milestone is not null and exists (select from agreement
    where id = p_agreement and (seen_by && nullif(current_setting('mapalus.offices', true), '')::uuid[]
      or kind = 'mou' and seen_by && nullif(current_setting('mapalus.governments', true), '')::uuid[]))
  group by milestone having bool_and(state = 'not-sent')
$$;

-- -- Grants ------------------------------------------------------------------------------------

grant select on outbox, mail_trouble to mapalus_app, mapalus_worker;
grant update (state, next_attempt_at, times_put_off, put_off_since) on outbox to mapalus_app;
grant insert, update on outbox to mapalus_worker;
grant insert, update, delete on mail_trouble to mapalus_worker;

grant execute on function mail_sources(uuid[], timestamptz) to mapalus_app, mapalus_worker;
grant execute on function mail_offices_among(uuid[]), milestones_not_sent(uuid) to mapalus_app;

-- -- Row policies ------------------------------------------------------------------------------

create policy rules on mail_trouble for select to mapalus_app using (true);

-- By the office and not by the person: whoever has left it reads no more of what was meant for it.
create policy concerned on outbox for select to mapalus_app
  using (seen_by && nullif(current_setting('mapalus.mail_offices', true), '')::uuid[]);
create policy sent_again on outbox for update to mapalus_app
  using (state = 'failed' and office_id = any ((select actor_scope('mail.send-again'))::uuid[]))
  with check (state = 'queued');
