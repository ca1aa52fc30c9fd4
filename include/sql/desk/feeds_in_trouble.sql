-- Feeds that fail, the longest first.
select
    id::text as feed_id,
    title,
    url,
    reason,
    failures,
    succeeded_at
from news.feeds
where is_enabled and state = 'failing'
order by succeeded_at asc nulls first, id
limit %(max_rows)s;
