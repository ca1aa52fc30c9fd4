-- Of all acts that count, when there are fifty, half have a date and three in four somebody who imposes or acts
-- soft
with doers as (
    select distinct event_id
    from sanctions.event_parties
    where role in ('imposer', 'actor')
),

shares as (
    select
        avg((event.event_date is null)::integer) as undated,
        avg((doer.event_id is null)::integer) as without_anybody
    from sanctions.events as event
    left join doers as doer on event.id = doer.event_id
    where not event.is_withdrawn
    having count(*) >= 50
)

select count(*) as offending
from shares
where undated > 0.5 or without_anybody > 0.25;
