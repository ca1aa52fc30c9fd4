-- Every event that is not withdrawn has a current mention, and none that is withdrawn has one
-- hard
select count(*) as offending
from sanctions.events as event
where
    event.is_withdrawn = exists (
        select 1
        from sanctions.event_mentions as mention
        where mention.event_id = event.id and mention.is_current
    );
