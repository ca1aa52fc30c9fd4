-- Pages to look at again: 6 hours, 24 hours and 7 days after those that carried events were first fetched, and soon
-- after a feed changed a headline. A look that failed is repeated ever more rarely, for three days.
with carried as (
    select
        page.entry_id,
        min(page.fetched_at) as first_at
    from news.pages as page
    where
        page.entry_id in (
            select seen.entry_id
            from sanctions.event_mentions as mention
            inner join news.articles as article on mention.article_id = article.id
            inner join news.pages as seen on article.page_id = seen.id
            where article.seen_at > %(now)s::timestamptz - interval '11 days'
        )
    group by page.entry_id
),

looks as (
    select
        carried.entry_id,
        max(carried.first_at + look.after) as due_at,
        false as is_retitled
    from carried
    cross join (values (interval '6 hours'), (interval '24 hours'), (interval '7 days')) as look (after)
    where
        carried.first_at + look.after <= %(now)s
        and carried.first_at + look.after > %(now)s::timestamptz - interval '3 days'
    group by carried.entry_id
    union all
    select
        entry.id as entry_id,
        entry.retitled_at as due_at,
        true as is_retitled
    from news.entries as entry
    where entry.retitled_at between %(now)s::timestamptz - interval '3 days' and %(now)s
),

due as (
    select
        entry_id,
        max(due_at) as due_at,
        bool_or(is_retitled) as is_retitled
    from looks
    group by entry_id
)

select
    entry.id::text as id,
    entry.url,
    entry.article_url,
    latest.body_sha256,
    latest.fetched_at as body_at,
    0 as attempts,
    due.is_retitled
from due
inner join news.entries as entry on due.entry_id = entry.id
inner join lateral (
    select
        page.body_sha256,
        page.fetched_at
    from news.pages as page
    where page.entry_id = due.entry_id
    order by coalesce(page.returned_at, page.fetched_at) desc, page.id asc
    limit 1
) as latest on true
inner join lateral (
    select
        max(fetched.fetched_at) as tried_at,
        max(fetched.fetched_at) filter (where fetched.reason = '') as seen_at
    from news.fetches as fetched
    where fetched.kind = 'page' and fetched.item_id = due.entry_id
) as past on true
where
    (past.seen_at is null or past.seen_at < due.due_at)
    and (
        past.tried_at is null
        or past.tried_at < due.due_at
        or past.tried_at + greatest(interval '20 minutes', past.tried_at - due.due_at) <= %(now)s
    )
    and split_part(entry.url, '/', 3) <> all(%(busy_hosts)s::text[])
    and mod(hashtext(split_part(entry.url, '/', 3))::bigint + 2147483648, %(shards)s) = %(shard)s -- noqa: RF02
order by due.due_at, entry.id
limit %(batch_size)s;
