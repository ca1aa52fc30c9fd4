-- Every mention that counts.
select id::text as id
from sanctions.event_mentions
where is_current;
