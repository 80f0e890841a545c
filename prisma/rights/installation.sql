-- What this installation is. Its clock can be moved when it is for training.

-- The training clock only runs forward.
create function clock_runs_forward() returns trigger language plpgsql
  set search_path = public, pg_temp as $$
begin
  if new.clock_offset < old.clock_offset then
    raise exception 'the business clock runs forward only' using errcode = 'check_violation';
  end if;
  return new;
end $$;

create trigger clock_runs_forward before update on installation
  for each row execute function clock_runs_forward();

-- -- Grants ------------------------------------------------------------------------------------

grant select on installation to mapalus_app, mapalus_worker;
grant update (clock_offset, advance_to, advance_done, advance_total) on installation
  to mapalus_worker;

-- -- Row policies ------------------------------------------------------------------------------

create policy rules on installation for select to mapalus_app using (true);
