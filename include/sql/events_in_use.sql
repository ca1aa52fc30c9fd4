-- Ids of events that current mentions report.
select distinct mention.event_id::text as id
from sanctions.event_mentions as mention
where mention.is_current and mention.event_id is not null;
