-- The number of articles of an event is the number of its mentions' articles
-- hard
select count(*) as offending
from sanctions.events as event
where
    not event.is_withdrawn
    and event.article_count <> (
        select count(distinct mention.article_id)
        from sanctions.event_mentions as mention
        where mention.event_id = event.id and mention.is_current
    );
