-- Live entries and pages of the last 24 hours that are less than half of what the same weekday usually brings: of the four
-- such days before, the second quietest, where a day without anything counts as well.
with days as (
    select
        days_ago,
        %(now)s::timestamptz - (days_ago + 1) * interval '1 day' as since,
        %(now)s::timestamptz - days_ago * interval '1 day' as until
    from generate_series(0, 28, 7) as days_ago
),

counted as (
    select
        'entries' as name,
        days.days_ago,
        (
            select count(*)
            from news.entries as entry
            where not entry.is_brought and entry.first_seen_at > days.since and entry.first_seen_at <= days.until
        ) as items
    from days
    union all
    select
        'pages' as name,
        days.days_ago,
        (
            select count(*)
            from news.live_pages as page
            where page.fetched_at > days.since and page.fetched_at <= days.until
        ) as items
    from days
),

bands as (
    select
        name,
        max(items) filter (where days_ago = 0) as today,
        percentile_disc(0.5) within group (order by items) filter (where days_ago > 0) as usual
    from counted
    group by name
)

-- Fewer than four a day may be none by chance.
select
    name,
    today,
    usual
from bands
where usual >= 4 and today * 2 < usual
order by name;
