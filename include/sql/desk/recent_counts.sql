-- What was counted of today and yesterday, no earlier than that.
select
    day,
    counted_at,
    counts
from news.recent_counts
where counted_at > %(since)s
order by day;
