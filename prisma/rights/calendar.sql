-- The rules by which days are planned. Everybody may read them; publishing tells running workflows.

-- -- Grants ------------------------------------------------------------------------------------

grant select on reminder_policy, calendar to mapalus_app, mapalus_worker;
grant insert on reminder_policy to mapalus_app;
grant update (to_replan, replanned) on reminder_policy to mapalus_worker;

-- -- Row policies ------------------------------------------------------------------------------

create policy rules on reminder_policy for select to mapalus_app using (true);
create policy rules on calendar for select to mapalus_app using (true);

create policy published on reminder_policy for insert to mapalus_app
  with check (cardinality((select actor_scope('policy.write'))::uuid[]) > 0);
create policy published on engine_message for insert to mapalus_app
  with check (kind = 'rules-published'
    and cardinality((select actor_scope('policy.write'))::uuid[]) > 0);
