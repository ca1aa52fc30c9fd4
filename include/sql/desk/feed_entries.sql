-- What a feed announced last.
select
    url,
    title,
    published_at,
    first_seen_at
from news.entries
where feed_id = %(feed_id)s
order by first_seen_at desc
limit %(max_rows)s;
