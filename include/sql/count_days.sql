-- Keeps what days of a stretch hold, days without anything too.
with counted as (
    select *
    from news.present_days
    where day between %(first)s and %(last)s
)

insert into news.day_counts (
    day, counted_at, polls, entries, fetches, pages, pages_of_day, articles, stories, articles_read, mentions, events,
    rejected, rejected_by_reason
)
select
    all_days.each_day::date as day,
    %(now)s as counted_at,
    coalesce(counted.polls, 0) as polls,
    coalesce(counted.entries, 0) as entries,
    coalesce(counted.fetches, 0) as fetches,
    coalesce(counted.pages, 0) as pages,
    coalesce(dated.pages, 0) as pages_of_day,
    coalesce(counted.articles, 0) as articles,
    coalesce(counted.stories, 0) as stories,
    coalesce(counted.articles_read, 0) as articles_read,
    coalesce(counted.mentions, 0) as mentions,
    coalesce(counted.events, 0) as events,
    coalesce(counted.rejected, 0) as rejected,
    coalesce(counted.rejected_by_reason, '{}') as rejected_by_reason
from generate_series(%(first)s::timestamp, %(last)s::timestamp, interval '1 day') as all_days (each_day)
left join counted on all_days.each_day::date = counted.day
left join news.pages_of_days(%(first)s, %(last)s) as dated on all_days.each_day::date = dated.day
on conflict (day) do update set
    counted_at = excluded.counted_at,
    polls = excluded.polls,
    entries = excluded.entries,
    fetches = excluded.fetches,
    pages = excluded.pages,
    pages_of_day = excluded.pages_of_day,
    articles = excluded.articles,
    stories = excluded.stories,
    articles_read = excluded.articles_read,
    mentions = excluded.mentions,
    events = excluded.events,
    rejected = excluded.rejected,
    rejected_by_reason = excluded.rejected_by_reason;
