-- Feeds to ask now. All feeds of one host are in one shard, so that its limits hold across tasks.
select
    id::text as id,
    url,
    title,
    publisher,
    country,
    language,
    feed_group,
    kind,
    etag,
    last_modified,
    body_hash,
    failures,
    next_poll_at - polled_at as poll_interval
from news.feeds
where
    is_enabled
    and state <> 'retired'
    and next_poll_at <= %(now)s
    and mod(hashtext(split_part(url, '/', 3))::bigint + 2147483648, %(shards)s) = %(shard)s
order by next_poll_at, id
limit %(batch_size)s;
