-- Entries, pages and acts of the last day are not less than half of the quietest nor twice the busiest of four weeks
-- soft
with seen as (
    select
        'entries' as kind,
        first_seen_at as seen_at
    from news.entries
    where first_seen_at > %(now)s::timestamptz - interval '29 days'
    union all
    select
        'pages' as kind,
        fetched_at as seen_at
    from news.pages
    where fetched_at > %(now)s::timestamptz - interval '29 days'
    union all
    select
        'acts' as kind,
        first_seen_at as seen_at
    from sanctions.events
    where first_seen_at > %(now)s::timestamptz - interval '29 days' and not is_withdrawn
),

days as (
    select
        kind,
        floor(extract(epoch from %(now)s::timestamptz - seen_at) / 86400)::integer as days_ago,
        count(*) as items
    from seen
    where seen_at <= %(now)s::timestamptz
    group by kind, days_ago
),

bands as (
    select
        kind,
        coalesce(max(items) filter (where days_ago = 0), 0) as today,
        coalesce(min(items) filter (where days_ago > 0), 0) as quietest,
        coalesce(max(items) filter (where days_ago > 0), 0) as busiest,
        count(*) filter (where days_ago > 0) as days
    from days
    group by kind
)

select count(*) as offending
from bands
where
    (days = 28 and today * 2 < quietest)
    or (days >= 14 and today > greatest(busiest * 2, 20));
