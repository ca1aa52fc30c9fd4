-- What decides whether and when a feed is asked, held until the end of the transaction.
select
    state,
    reason,
    failures,
    is_enabled,
    paused_at,
    nullif(next_poll_at, '-infinity') as next_poll_at
from news.feeds
where id = %(feed_id)s and kind <> 'site'
for update;
