-- Addresses that a rebuild came upon. They belong to the feed that they resemble most: on the same site, of the
-- publication that a sitemap names, else under the same first folder, else any. What nobody had said of one is filled in.
with given as (
    select distinct on (row.id)
        row.*,
        split_part(row.url, '/', 3) as host,
        split_part(row.url, '/', 4) as folder
    from json_to_recordset(%(rows)s) as row (
        id uuid, url text, site_url text, publication text, title text, published_at timestamptz,
        first_seen_at timestamptz
    )
    order by row.id asc, row.title desc
)

insert into news.entries as kept (id, feed_id, url, guid, title, summary, byline, published_at, first_seen_at)
select
    given.id,
    coalesce(known.feed_id, named.id, near.feed_id, told.id, hosted.feed_id, site.id) as feed_id,
    given.url,
    '' as guid,
    given.title,
    '' as summary,
    '' as byline,
    given.published_at,
    given.first_seen_at
from given
left join news.entries as known on given.id = known.id
left join lateral (
    select feed.id
    from news.feeds as feed
    where
        feed.publisher = given.publication
        and (
            split_part(feed.url, '/', 3) = given.host
            or exists (
                select from news.entries as entry
                where entry.feed_id = feed.id and split_part(entry.url, '/', 3) = given.host
            )
        )
    order by feed.id
    limit 1
) as named on known.id is null
left join lateral (
    select entry.feed_id
    from news.entries as entry
    where split_part(entry.url, '/', 3) = given.host and split_part(entry.url, '/', 4) = given.folder
    order by entry.feed_id
    limit 1
) as near on known.id is null
left join lateral (
    select feed.id
    from news.feeds as feed
    where split_part(feed.url, '/', 3) = given.host and split_part(feed.url, '/', 4) = given.folder
    order by feed.id
    limit 1
) as told on known.id is null
left join lateral (
    select entry.feed_id
    from news.entries as entry
    where split_part(entry.url, '/', 3) = given.host
    order by split_part(entry.url, '/', 4), entry.feed_id
    limit 1
) as hosted on known.id is null
left join news.feeds as site on given.site_url = site.url
order by given.id
on conflict (id) do update
    set
        title = case kept.title when '' then excluded.title else kept.title end,
        published_at = coalesce(kept.published_at, excluded.published_at)
    where
    (kept.title = '' and excluded.title <> '')
    or (kept.published_at is null and excluded.published_at is not null)
returning xmax = 0 as is_new;
