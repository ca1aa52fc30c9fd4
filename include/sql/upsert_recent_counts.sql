-- Keeps what was counted of the last days.
insert into news.recent_counts (day, counted_at, counts)
select
    day,
    counted_at,
    counts
from json_populate_recordset(null::news.recent_counts, %(rows)s)
on conflict (day) do update set
    counted_at = excluded.counted_at,
    counts = excluded.counts;
