-- Agreements: who sees them, and whom they bring together.

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

-- The known offices, and those above them in the same institution: their heads may sign for them.
create function actor_signing_offices() returns uuid[]
  language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(distinct above.id), '{}')
  from office known join office above
    on above.id = any (known.path) and above.institution_id = known.institution_id
  where known.id = any ((select actor_known_offices())::uuid[])
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

-- -- Grants ------------------------------------------------------------------------------------

grant select on agreement, planned_milestone, number_reservation, signature_reservation,
  renewal_reservation, note, evidence to mapalus_app, mapalus_worker;
grant insert on note, evidence to mapalus_app;
grant update (document_id) on evidence to mapalus_app;

grant insert, update on agreement to mapalus_worker;
grant insert, delete on planned_milestone, number_reservation, signature_reservation,
  renewal_reservation to mapalus_worker;
grant select, insert, delete on reservation_answer, term_reservation to mapalus_worker;

grant execute on function actor_known_offices(), actor_signing_offices(), actor_governments(),
  takes_part(uuid[], uuid[]) to mapalus_app, mapalus_worker;

-- -- Row policies ------------------------------------------------------------------------------

create policy concerned on agreement for select to mapalus_app
  using (seen_by && (select actor_scope('agreement.read'))
    or kind = 'mou' and takes_part(seen_by, (select actor_governments())));

create policy concerned on planned_milestone for select to mapalus_app
  using (exists (select 1 from agreement a where a.id = agreement_id));
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

-- Whom an agreement brings together may know who holds office and works on the other side.
create policy known on office_holder for select to mapalus_app
  using (office_id = any ((select actor_signing_offices())::uuid[]));
create policy known on handover for select to mapalus_app
  using (office_id = any ((select actor_signing_offices())::uuid[]));
create policy known on membership for select to mapalus_app
  using (office_id = any ((select actor_known_offices())::uuid[]));
