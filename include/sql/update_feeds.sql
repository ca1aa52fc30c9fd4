-- What polling taught of feeds; one that an operator retired while it was asked stays retired.
update news.feeds as feed
set
    state = learned.state,
    reason = learned.reason,
    failures = learned.failures,
    etag = learned.etag,
    last_modified = learned.last_modified,
    body_hash = learned.body_hash,
    polled_at = learned.polled_at,
    next_poll_at = learned.next_poll_at,
    poll_interval = learned.poll_interval,
    polled_url = learned.polled_url,
    moved_url = learned.moved_url,
    moved_polls = learned.moved_polls,
    asked_interval = learned.asked_interval,
    skip_hours = learned.skip_hours,
    skip_days = learned.skip_days,
    full_fetched_at = learned.full_fetched_at,
    succeeded_at = coalesce(learned.succeeded_at, feed.succeeded_at),
    final_url = coalesce(learned.final_url, feed.final_url),
    entries_sketch = coalesce(learned.entries_sketch, feed.entries_sketch)
from json_populate_recordset(null::news.feeds, %(rows)s) as learned
where feed.id = learned.id and feed.state <> 'retired';
