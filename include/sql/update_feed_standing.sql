-- What an operator decided of a feed.
update news.feeds
set
    state = %(state)s,
    reason = %(reason)s,
    failures = %(failures)s,
    is_enabled = %(is_enabled)s,
    paused_at = %(paused_at)s,
    next_poll_at = coalesce(%(next_poll_at)s::timestamptz, '-infinity')
where id = %(feed_id)s;
