-- Closes the open alerts of those kinds that are not among the keys given.
update news.alerts
set closed_at = %(now)s
where
    closed_at is null
    and kind = any(%(kinds)s)
    and not kind || ':' || subject = any(%(keys)s);
