-- Keeps what was counted of days.
insert into news.day_counts (day, pages, stories, events, counted_at)
select
    day,
    pages,
    stories,
    events,
    counted_at
from json_populate_recordset(null::news.day_counts, %(rows)s)
on conflict (day) do update set
    pages = excluded.pages,
    stories = excluded.stories,
    events = excluded.events,
    counted_at = excluded.counted_at;
