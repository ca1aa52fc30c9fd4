-- Addresses that rebuilds under way want and that no fetching is done with, or whose page was lost; else as
-- pending_entries.
select
    entry.id::text as id,
    entry.url,
    entry.article_url,
    '' as body_sha256,
    null::timestamptz as body_at,
    tried.attempts,
    false as is_retitled
from news.entries as entry
left join news.outcomes as done on entry.id = done.item_id and done.stage = 'fetch'
cross join lateral (
    select
        count(*)::integer as attempts,
        max(fetched.fetched_at) as last_at
    from news.fetches as fetched
    where fetched.kind = 'page' and fetched.item_id = entry.id
) as tried
where
    (
        done.item_id is null
        or (
            not done.is_rejected
            and not exists (
                select from news.pages as page
                where page.entry_id = entry.id
            )
        )
    )
    and entry.id in (
        select named.entry_id
        from news.rebuild_entries as named
        inner join news.rebuilds as rebuild on named.rebuild_id = rebuild.id
        where rebuild.finished_at is null
    )
    and (tried.attempts = 0 or tried.last_at + make_interval(mins => (5 * 4 ^ tried.attempts)::integer) <= %(now)s) -- noqa: RF02
    and split_part(entry.url, '/', 3) <> all(%(busy_hosts)s::text[])
    and mod(hashtext(split_part(entry.url, '/', 3))::bigint + 2147483648, %(shards)s) = %(shard)s -- noqa: RF02
order by entry.first_seen_at, entry.id
limit %(batch_size)s;
