-- Mail: who sees the outbox and may send again what failed.

-- Keeps who sees a mail by its office.
create function see_mail() returns trigger language plpgsql
  set search_path = public, pg_temp as $$
begin
  new.seen_by := seen_by(array[new.office_id]);
  return new;
end $$;

create trigger see_mail before insert on outbox for each row execute function see_mail();

-- -- Grants ------------------------------------------------------------------------------------

grant select on outbox, mail_trouble to mapalus_app, mapalus_worker;
grant update (state, next_attempt_at, to_address) on outbox to mapalus_app;
grant insert, update on outbox to mapalus_worker;
grant insert, update, delete on mail_trouble to mapalus_worker;

-- -- Row policies ------------------------------------------------------------------------------

create policy rules on mail_trouble for select to mapalus_app using (true);

create policy concerned on outbox for select to mapalus_app
  using (seen_by && nullif(current_setting('mapalus.mail_offices', true), '')::uuid[]
    or user_id = nullif(current_setting('mapalus.user', true), ''));
create policy sent_again on outbox for update to mapalus_app
  using (state = 'failed' and office_id = any ((select actor_scope('mail.send-again'))::uuid[]))
  with check (state = 'queued');
