-- Addresses that a rebuild came upon; a site without feeds gets one of kind site. What nobody had said of an address is
-- filled in. Says which are new.
with given as (
    select distinct on (row.id)
        row.*,
        split_part(row.url, '/', 1) || '//' || split_part(row.url, '/', 3) || '/' as site_url,
        case when entry.id is null then news.feed_of_address(row.url, row.publication) end as near_feed_id,
        entry.feed_id
    from json_to_recordset(%(rows)s) as row (
        id uuid, url text, publication text, title text, published_at timestamptz, first_seen_at timestamptz
    )
    left join news.entries as entry on row.id = entry.id
    order by row.id asc, row.title desc
),

sites as (
    insert into news.feeds (id, url, title, publisher, country, language, feed_group, kind, state, reason)
    select distinct on (site_url)
        md5(site_url)::uuid as id,
        site_url as url,
        publication as title,
        publication as publisher,
        'ZZ' as country,
        '' as language,
        'sites' as feed_group,
        'site' as kind,
        'retired' as state, -- never polled
        'no feed' as reason
    from given
    where coalesce(feed_id, near_feed_id) is null
    order by site_url, publication
    on conflict do nothing
)

insert into news.entries as kept (id, feed_id, url, guid, title, summary, byline, published_at, first_seen_at, is_brought)
select
    id,
    coalesce(feed_id, near_feed_id, md5(site_url)::uuid) as feed_id,
    url,
    '' as guid,
    title,
    '' as summary,
    '' as byline,
    published_at,
    first_seen_at,
    true as is_brought
from given
order by id
on conflict (id) do update
    set
        title = case kept.title when '' then excluded.title else kept.title end,
        published_at = coalesce(kept.published_at, excluded.published_at)
    where
    (kept.title = '' and excluded.title <> '')
    or (kept.published_at is null and excluded.published_at is not null)
returning xmax = 0 as is_new;
