-- Every current mention belongs to an event; one that was read since the last resolution does not yet
-- soft
select count(*) as offending
from sanctions.event_mentions
where is_current and event_id is null;
