-- Every current mention that belongs to an event is of the event's class, unless a person decided on the event
-- hard
select count(*) as offending
from sanctions.event_mentions as mention
inner join sanctions.events as event on mention.event_id = event.id
where
    mention.is_current
    and event.verdict_id is null
    and event.event_class <> case
        when mention.event_type in ('threatened', 'proposed') then 'PLAN'
        when mention.event_type in ('imposed', 'expanded') then 'IMPOSE'
        when mention.event_type = 'extended' then 'EXTEND'
        when mention.event_type in ('eased', 'lifted') then 'RELAX'
        when mention.event_type in ('implemented', 'enforced') then 'ENFORCE'
        when mention.event_type = 'violated' then 'VIOLATE'
        else 'CONDEMN'
    end;
