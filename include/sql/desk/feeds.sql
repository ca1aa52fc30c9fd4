-- Some feeds by publisher, the first after a given one; how many entries each brought since a moment.
with listed as (
    select
        feed.*,
        case
            when feed.state = 'retired' then 'retired'
            when feed.paused_at is not null then 'paused'
            when not feed.is_enabled then 'dropped'
            else feed.state
        end as standing
    from news.feeds as feed
    where feed.kind <> 'site'
),

shown as (
    select listed.*
    from listed
    where
        (%(state)s = '' or listed.standing = %(state)s)
        and (%(feed_group)s = '' or listed.feed_group = %(feed_group)s)
        and (%(publisher)s = '' or listed.publisher = %(publisher)s)
        and (
            %(words)s = ''
            or position(lower(%(words)s) in lower(listed.title || ' ' || listed.publisher || ' ' || listed.url)) > 0
        )
        and (
            %(after)s::uuid is null
            or (listed.publisher, listed.title, listed.id)
            > (
                select
                    last.publisher,
                    last.title,
                    last.id
                from news.feeds as last
                where last.id = %(after)s::uuid
            )
        )
    order by listed.publisher, listed.title, listed.id
    limit %(max_rows)s
)

select
    shown.id::text as feed_id,
    shown.title,
    shown.publisher,
    shown.url,
    shown.feed_group,
    shown.standing,
    shown.reason,
    shown.failures,
    shown.succeeded_at,
    nullif(shown.next_poll_at, '-infinity') as next_poll_at,
    announced.n as entries_last_week
from shown
left join lateral (
    select count(*) as n
    from news.entries as entry
    where entry.feed_id = shown.id and entry.first_seen_at >= %(week)s
) as announced on true
order by shown.publisher, shown.title, shown.id;
