-- Which events the superseded mentions of newly read articles belonged to: an act keeps its id when they are read anew.
select distinct
    mention.article_id::text,
    event.event_class,
    event.id::text as event_id
from sanctions.event_mentions as fresh
inner join sanctions.event_mentions as mention on fresh.article_id = mention.article_id
inner join sanctions.events as event on mention.event_id = event.id
where fresh.is_current and fresh.event_id is null and not mention.is_current;
