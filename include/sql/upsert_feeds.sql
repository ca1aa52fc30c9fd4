-- Brings the catalog's feeds in; what polling learned of them stays, and what an operator paused stays paused.
insert into news.feeds as kept (id, url, title, publisher, country, language, feed_group, kind)
select
    id,
    url,
    title,
    publisher,
    country,
    language,
    feed_group,
    kind
from json_populate_recordset(null::news.feeds, %(rows)s)
on conflict (id) do update set
    title = excluded.title,
    publisher = excluded.publisher,
    country = excluded.country,
    language = excluded.language,
    feed_group = excluded.feed_group,
    kind = excluded.kind,
    is_enabled = kept.paused_at is null
where
(kept.title, kept.publisher, kept.country, kept.language, kept.feed_group, kept.kind, kept.is_enabled)
is distinct from
(
    excluded.title,
    excluded.publisher,
    excluded.country,
    excluded.language,
    excluded.feed_group,
    excluded.kind,
    kept.paused_at is null
);
