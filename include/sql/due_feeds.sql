-- Feeds to ask now, those of one host together. All feeds of one host are in one shard, so that its limits hold across
-- tasks; hosts that had their share of this run are left for the next.
with due as (
    select
        feed.*,
        coalesce(nullif(feed.polled_url, ''), feed.url) as asked_url,
        lower(split_part(coalesce(nullif(feed.polled_url, ''), feed.url), '/', 3)) as host
    from news.feeds as feed
    where feed.is_enabled and feed.state <> 'retired' and feed.next_poll_at <= %(now)s
),

first_due as (
    select due.*
    from due
    where
        mod(hashtext(due.host)::bigint + 2147483648, %(shards)s) = %(shard)s
        and due.host <> all(%(busy_hosts)s::text[])
    order by due.next_poll_at, due.id
    limit %(batch_size)s
)

select
    url,
    title,
    publisher,
    country,
    language,
    feed_group,
    kind,
    asked_url,
    etag,
    last_modified,
    body_hash,
    failures,
    poll_interval,
    full_fetched_at,
    polled_url,
    moved_url,
    moved_polls,
    asked_interval,
    skip_hours,
    skip_days,
    id::text as id
from first_due
order by host, id;
