-- Mail: who sees the outbox and may send again what failed.

-- -- Grants ------------------------------------------------------------------------------------

grant select on outbox, mail_trouble to mapalus_app, mapalus_worker;
grant update (state, next_attempt_at, to_address) on outbox to mapalus_app;
grant insert, update on outbox to mapalus_worker;
grant insert, update, delete on mail_trouble to mapalus_worker;

-- -- Row policies ------------------------------------------------------------------------------

create policy rules on mail_trouble for select to mapalus_app using (true);

create policy concerned on outbox for select to mapalus_app
  using (office_id = any ((select actor_scope('mail.read'))::uuid[]) or user_id = actor_user());
create policy sent_again on outbox for update to mapalus_app
  using (state = 'failed' and office_id = any ((select actor_scope('mail.send-again'))::uuid[]))
  with check (state = 'queued');
