-- How many mentions were resolved.
select count(*) as mentions
from sanctions.resolved_mentions;
