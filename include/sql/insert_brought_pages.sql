-- Bodies that a rebuild brought, with the addresses that nothing had announced, and the word that these are fetched. A
-- site without feeds gets one of kind site. Neither a body that an address is known for, nor a record that a row leads
-- to, is kept again. Says how many addresses and bodies are new.
with given as (
    select distinct on (id) *
    from json_populate_recordset(null::news.pages, %(rows)s)
    order by id
),

fresh as (
    select distinct on (given.entry_id)
        given.entry_id,
        given.url,
        given.fetched_at,
        split_part(given.url, '/', 1) || '//' || split_part(given.url, '/', 3) || '/' as site_url,
        regexp_replace(split_part(given.url, '/', 3), '^www\.', '') as host,
        news.feed_of_address(given.url, '') as feed_id
    from given
    left join news.entries as entry on given.entry_id = entry.id
    where entry.id is null
    order by given.entry_id, given.fetched_at
),

sites as (
    insert into news.feeds (id, url, title, publisher, country, language, feed_group, kind, state, reason)
    select distinct on (site_url)
        md5(site_url)::uuid as id,
        site_url as url,
        host as title,
        host as publisher,
        'ZZ' as country,
        '' as language,
        'sites' as feed_group,
        'site' as kind,
        'retired' as state, -- never polled
        'no feed' as reason
    from fresh
    where feed_id is null
    order by site_url
    on conflict do nothing
),

entries as (
    insert into news.entries (id, feed_id, url, article_url, guid, title, summary, byline, first_seen_at, is_brought)
    select
        entry_id,
        coalesce(feed_id, md5(site_url)::uuid) as feed_id,
        url,
        url as article_url,
        '' as guid,
        '' as title,
        '' as summary,
        '' as byline,
        fetched_at,
        true as is_brought
    from fresh
    order by entry_id
    on conflict (id) do nothing
    returning id
),

named as (
    update news.entries as entry
    set article_url = given.url
    from given
    where entry.id = given.entry_id and entry.article_url = ''
),

pages as (
    insert into news.pages (
        id, entry_id, url, fetched_at, status, content_type, body_sha256, body_bytes, warc_file, warc_offset,
        warc_length
    )
    select
        given.id,
        given.entry_id,
        coalesce(nullif(entry.article_url, ''), given.url) as url,
        given.fetched_at,
        given.status,
        given.content_type,
        given.body_sha256,
        given.body_bytes,
        given.warc_file,
        given.warc_offset,
        given.warc_length
    from given
    left join news.entries as entry on given.entry_id = entry.id
    where
        not exists (
            select from news.pages as page
            where page.warc_file = given.warc_file and page.warc_offset = given.warc_offset
        )
    order by given.id
    on conflict (id) do nothing
    returning id
),

outcomes as (
    insert into news.outcomes as kept (stage, item_id, version, is_rejected, done_at)
    select distinct
        'fetch' as stage,
        entry_id,
        %(fetch_version)s as version,
        false as is_rejected,
        %(now)s::timestamptz as done_at
    from given
    order by entry_id
    on conflict (stage, item_id) do update
        set
            version = excluded.version,
            is_rejected = false,
            reason = '',
            detail = '',
            done_at = excluded.done_at
        where kept.is_rejected
)

select
    (select count(*) from entries) as entries_new,
    (select count(*) from pages) as pages_new;
