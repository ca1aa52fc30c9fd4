-- Entries and pages of the last 24 hours that are less than half of the quietest day of the four weeks before.
with seen as (
    select
        'entries' as name,
        first_seen_at as seen_at
    from news.entries
    where first_seen_at > %(now)s::timestamptz - interval '29 days'
    union all
    select
        'pages' as name,
        fetched_at as seen_at
    from news.pages
    where fetched_at > %(now)s::timestamptz - interval '29 days'
),

days as (
    select
        name,
        floor(extract(epoch from %(now)s::timestamptz - seen_at) / 86400)::integer as days_ago,
        count(*) as items
    from seen
    where seen_at <= %(now)s::timestamptz
    group by name, days_ago
),

bands as (
    select
        name,
        coalesce(max(items) filter (where days_ago = 0), 0) as today,
        min(items) filter (where days_ago > 0) as quietest,
        count(*) filter (where days_ago > 0) as days
    from days
    group by name
)

-- What had an empty day, or is new, has no quietest day to fall below.
select
    name,
    today,
    quietest
from bands
where days = 28 and today * 2 < quietest
order by name;
