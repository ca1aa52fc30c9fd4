-- Live entries, live pages and acts are neither under half of the same weekday's usual nor over twice the busiest day's
-- soft
with seen as (
    select
        'entries' as kind,
        first_seen_at as seen_at
    from news.entries
    where first_seen_at > %(now)s::timestamptz - interval '29 days' and not is_brought
    union all
    select
        'pages' as kind,
        fetched_at as seen_at
    from news.live_pages
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
        coalesce(max(items) filter (where days_ago > 0), 0) as busiest,
        count(*) filter (where days_ago > 0) as days
    from days
    group by kind
),

-- Of the four days a week apart the second quietest; a day without anything counts as well.
weekdays as (
    select
        bands.kind,
        percentile_disc(0.5) within group (order by coalesce(days.items, 0)) as usual
    from bands
    cross join generate_series(7, 28, 7) as same_weekday (days_ago)
    left join days on bands.kind = days.kind and same_weekday.days_ago = days.days_ago
    group by bands.kind
)

-- Fewer than four a day may be none by chance.
select count(*) as offending
from bands
inner join weekdays on bands.kind = weekdays.kind
where
    (weekdays.usual >= 4 and bands.today * 2 < weekdays.usual)
    or (bands.days >= 14 and bands.today > greatest(bands.busiest * 2, 20));
