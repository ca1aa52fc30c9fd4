-- Which threats and proposals were carried out, by which act, and after how many days?
select
    plan.event_type as plan_type,
    plan.imposer_codes,
    plan.target_codes,
    plan.act_on as planned_on,
    deed.event_type as deed_type,
    deed.act_on as done_on,
    deed.instrument,
    deed.act_on - plan.act_on as days
from mart.events as plan
inner join mart.events as deed on plan.followed_by = deed.event_id
where not plan.is_withdrawn
order by plan.act_on, deed.act_on, plan.event_id;
