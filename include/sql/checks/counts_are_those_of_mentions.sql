-- The number of articles of an event is the number of its mentions' articles: the last day's 10,000, and all others by turns
-- hard
with looked_at as (
    (
        select id
        from sanctions.events
        where last_seen_at > %(now)s::timestamptz - interval '1 day'
        order by last_seen_at desc
        limit 10000
    )
    union
    -- Another 256th each quarter of an hour, so that all have been looked at within three days of runs.
    select event.id
    from news.ids_in_turn(%(now)s::timestamptz) as turn
    inner join sanctions.events as event on event.id between turn.first_id and turn.last_id
)

select count(*) as offending
from looked_at
inner join sanctions.events as event on looked_at.id = event.id
where
    not event.is_withdrawn
    and event.article_count <> (
        select count(distinct mention.article_id)
        from sanctions.event_mentions as mention
        where mention.event_id = event.id and mention.is_current
    );
