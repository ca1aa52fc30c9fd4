-- Mentions resolved before that are found by one of these keys.
select distinct resolved.mention_id::text as id
from unnest(%(keys)s::integer[]) as sought (key)
inner join sanctions.resolved_mentions as resolved on resolved.keys @> array[sought.key];
