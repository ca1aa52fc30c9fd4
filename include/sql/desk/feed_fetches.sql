-- The last polls of a feed.
select
    fetched_at,
    url,
    status,
    reason,
    detail,
    body_bytes,
    seconds
from news.fetches
where kind = 'feed' and item_id = %(feed_id)s
order by fetched_at desc
limit %(max_rows)s;
