-- Announced addresses that fetching is not done with: never asked, or failed and due for another try. Hosts that had
-- their share of this run are left for the next.
select
    entry.id::text as id, -- noqa: ST06
    entry.url,
    entry.article_url,
    '' as body_sha256,
    null::timestamptz as body_at,
    coalesce(tried.attempts, 0) as attempts,
    false as is_retitled
from news.entries as entry
inner join news.feeds as feed on entry.feed_id = feed.id
left join news.outcomes as done on entry.id = done.item_id and done.stage = 'fetch'
left join lateral (
    select
        count(*)::integer as attempts,
        max(fetched.fetched_at) as last_at
    from news.fetches as fetched
    where fetched.kind = 'page' and fetched.item_id = entry.id
) as tried on true
where
    done.item_id is null
    and feed.is_enabled
    and (tried.attempts = 0 or tried.last_at + make_interval(mins => (5 * 4 ^ tried.attempts)::integer) <= %(now)s) -- noqa: RF02
    and split_part(entry.url, '/', 3) <> all(%(busy_hosts)s::text[])
    and mod(hashtext(split_part(entry.url, '/', 3))::bigint + 2147483648, %(shards)s) = %(shard)s -- noqa: RF02
order by entry.first_seen_at, entry.id
limit %(batch_size)s;
