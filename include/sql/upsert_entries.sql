-- Keeps what feeds announced: an address once, its wording as its first feed last announced it. Says which are new.
insert into news.entries as kept (id, feed_id, url, guid, title, summary, byline, published_at, first_seen_at)
select distinct on (id)
    id,
    feed_id,
    url,
    guid,
    title,
    summary,
    byline,
    published_at,
    first_seen_at
from json_populate_recordset(null::news.entries, %(rows)s)
order by id, feed_id
on conflict (id) do update
    set
        guid = excluded.guid,
        title = excluded.title,
        summary = excluded.summary,
        byline = excluded.byline,
        published_at = excluded.published_at
    where
    kept.feed_id = excluded.feed_id
    and (kept.guid, kept.title, kept.summary, kept.byline, kept.published_at)
    is distinct from (excluded.guid, excluded.title, excluded.summary, excluded.byline, excluded.published_at)
returning xmax = 0 as is_new;
