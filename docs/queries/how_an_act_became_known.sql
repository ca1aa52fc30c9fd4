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
from mart.events as event
inner join mart.story_spread as spread on event.event_id = any(spread.event_ids)
where event.instrument like '%Resolution 2371%' and event.event_class = 'IMPOSE' and not event.is_withdrawn
order by spread.first_published_at, spread.story_id;
