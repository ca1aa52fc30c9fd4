-- How much each UTC day of a stretch holds, days without anything too.
with pages as (
    select
        (fetched_at at time zone 'UTC')::date as day,
        count(*) as n
    from news.pages
    where fetched_at >= %(start)s and fetched_at < %(until)s
    group by day
),

stories as (
    select
        (first_seen_at at time zone 'UTC')::date as day,
        count(*) as n
    from news.stories
    where first_seen_at >= %(start)s and first_seen_at < %(until)s
    group by day
),

events as (
    select
        (first_seen_at at time zone 'UTC')::date as day,
        count(*) as n
    from sanctions.events
    where first_seen_at >= %(start)s and first_seen_at < %(until)s and not is_withdrawn
    group by day
)

select
    all_days.day,
    coalesce(pages.n, 0) as pages,
    coalesce(stories.n, 0) as stories,
    coalesce(events.n, 0) as events
from (
    select each_day::date as day
    from
        generate_series(
            %(start)s::timestamptz at time zone 'UTC',
            %(until)s::timestamptz at time zone 'UTC' - interval '1 microsecond',
            interval '1 day'
        ) as each_day
) as all_days
left join pages on all_days.day = pages.day
left join stories on all_days.day = stories.day
left join events on all_days.day = events.day
order by all_days.day;
