-- Feeds that the catalog no longer has are not asked any more; their articles stay.
update news.feeds
set is_enabled = false
where is_enabled and id <> all(%(kept_ids)s::uuid[]) and kind = any(%(kinds)s);
