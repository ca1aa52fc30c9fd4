-- What articles report, with their evidence and the act it belongs to.
select to_jsonb(mention) as content
from sanctions.event_mentions as mention
order by mention.id;
