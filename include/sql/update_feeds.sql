-- What polling taught of feeds.
update news.feeds as feed
set
    state = learned.state,
    reason = learned.reason,
    failures = learned.failures,
    etag = learned.etag,
    last_modified = learned.last_modified,
    body_hash = learned.body_hash,
    polled_at = learned.polled_at,
    succeeded_at = coalesce(learned.succeeded_at, feed.succeeded_at),
    next_poll_at = learned.next_poll_at
from json_populate_recordset(null::news.feeds, %(rows)s) as learned
where feed.id = learned.id;
