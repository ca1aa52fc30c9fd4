-- Which events the superseded mentions of newly read articles belonged to: an act keeps its id when they are read anew.
select distinct
    mention.article_id::text,
    mention.event_type,
    mention.event_id::text as event_id
from sanctions.event_mentions as fresh
inner join sanctions.event_mentions as mention on fresh.article_id = mention.article_id
where
    fresh.is_current
    and fresh.event_id is null
    and not mention.is_current
    and mention.event_id is not null;
