-- How did the word of resolution 2371 spread: which stories tell of it, who was first, and how fast did each go on?
select
    spread.first_published_at,
    spread.first_publisher,
    spread.title,
    spread.publishers,
    spread.articles,
    spread.copies,
    spread.second_publisher,
    spread.hours_to_second_publisher,
    spread.hours_to_last_publisher
from mart.story_spread as spread
where
    spread.story_id in (
        select evidence.story_id
        from mart.events as event
        inner join mart.event_evidence as evidence on event.event_id = evidence.event_id
        where event.instrument like '%Resolution 2371%' and event.event_class = 'IMPOSE' and not event.is_withdrawn
    )
order by spread.first_published_at, spread.story_id;
