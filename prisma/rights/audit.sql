-- The audit: chains of links that nobody can change, and their seals.

-- What a link binds: its place, the instant of its recording (UTC, ISO 8601) and its text.
create function audit_hash(
  prev bytea, subject text, seq integer, key text, recorded_at timestamptz, body text
) returns bytea language sql immutable
  set search_path = public, pg_temp
  return sha256(prev || convert_to(concat_ws(e'\n', subject, seq, key,
    to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), body), 'UTF8'));

-- Adds one link to a subject's chain, `agreement/<id>` or `office/<id>`, and answers its number, or
-- null when the key is there already. Locks the head, so it comes last in a transaction. What happened to an
-- agreement is recorded by the engine alone: the serving role adds to the chains of offices.
create function append_audit(p_subject text, p_key text, p_body text) returns integer
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  head audit_head;
  next_hash bytea;
  -- As precise as the column that keeps it.
  recorded timestamptz(3) := now();
  about text := split_part(p_subject, '/', 1);
  subject_id text := split_part(p_subject, '/', 2);
begin
  if session_user = 'mapalus_app' and about <> 'office' then
    raise insufficient_privilege using message = 'only the engine records what happens to ' || about;
  end if;
  insert into audit_head (subject, seq, hash) values (p_subject, 0, ''::bytea)
    on conflict do nothing;
  select * into head from audit_head where subject = p_subject for update;
  if exists (select 1 from audit_event where subject = p_subject and key = p_key) then
    return null;
  end if;
  next_hash := audit_hash(head.hash, p_subject, head.seq + 1, p_key, recorded, p_body);
  insert into audit_event (subject, seq, key, agreement_id, office_id, body, event, prev_hash, hash,
      recorded_at)
    values (p_subject, head.seq + 1, p_key,
      case about when 'agreement' then subject_id::uuid end,
      case about when 'office' then subject_id::uuid end,
      p_body, p_body::jsonb, head.hash, next_hash, recorded);
  update audit_head set seq = head.seq + 1, hash = next_hash where subject = p_subject;
  return head.seq + 1;
end $$;

-- Seals heads that moved since they were sealed last into the installation's chain; answers the
-- number of the newest seal and how many heads went into it. Heads that somebody is adding to are
-- left for the next time, and everything that may have to be waited for comes before the heads are
-- locked: no recording waits for a seal that waits.
create function seal_audit(p_most integer default 500, out seal integer, out heads integer)
  language plpgsql security definer set search_path = public, pg_temp as $$
declare
  last audit_seal;
  moved jsonb;
  sealed timestamptz(3) := now();
begin
  perform pg_advisory_xact_lock(72707370);
  lock table audit_seal in row exclusive mode;
  select * into last from audit_seal order by seq desc limit 1;
  seal := coalesce(last.seq, 0);
  with due as (
    select subject from audit_head where seq > sealed_seq
    order by subject limit p_most for update skip locked
  ), sealed as (
    update audit_head h set sealed_seq = seq from due where h.subject = due.subject
    returning h.subject, h.seq, h.hash
  )
  select count(*), jsonb_agg(jsonb_build_object('subject', subject, 'seq', seq,
      'hash', encode(hash, 'hex')) order by subject)
    into heads, moved from sealed;
  if heads > 0 then
    seal := seal + 1;
    insert into audit_seal (seq, body, prev_hash, hash, sealed_at)
      values (seal, moved::text, coalesce(last.hash, ''::bytea),
        audit_hash(coalesce(last.hash, ''::bytea), 'seal', seal, '', sealed, moved::text), sealed);
  end if;
end $$;

-- -- Grants ------------------------------------------------------------------------------------

grant select on audit_event, audit_head, audit_seal to mapalus_app, mapalus_worker;

grant execute on function append_audit(text, text, text) to mapalus_app, mapalus_worker;
grant execute on function seal_audit(integer) to mapalus_worker;

-- -- Row policies ------------------------------------------------------------------------------

create policy concerned on audit_event for select to mapalus_app
  using (exists (select 1 from agreement a where a.id = agreement_id)
    or office_id = any ((select actor_scope('audit.read', 'holder.write'))::uuid[]));
create policy concerned on audit_head for select to mapalus_app
  using (exists (select 1 from audit_event e where e.subject = audit_head.subject));
create policy published on audit_seal for select to mapalus_app
  using (cardinality((select actor_scope('audit.read', 'office.write'))::uuid[]) > 0);
