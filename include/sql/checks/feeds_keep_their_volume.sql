-- No feed brought less than half of what the same weekday usually does or more than twice its busiest day of four weeks
-- soft
with days as (
    select
        feed_id,
        floor(extract(epoch from %(now)s::timestamptz - first_seen_at) / 86400)::integer as days_ago,
        count(*) as entries
    from news.entries
    where
        first_seen_at > %(now)s::timestamptz - interval '29 days'
        and first_seen_at <= %(now)s::timestamptz
        and not is_brought
    group by feed_id, days_ago
),

bands as (
    select
        feed_id,
        coalesce(max(entries) filter (where days_ago = 0), 0) as today,
        coalesce(max(entries) filter (where days_ago > 0), 0) as busiest,
        count(*) filter (where days_ago > 0) as days
    from days
    group by feed_id
),

-- Of the four days a week apart the second quietest; a day without anything counts as well.
weekdays as (
    select
        bands.feed_id,
        percentile_disc(0.5) within group (order by coalesce(days.entries, 0)) as usual
    from bands
    cross join generate_series(7, 28, 7) as same_weekday (days_ago)
    left join days on bands.feed_id = days.feed_id and same_weekday.days_ago = days.days_ago
    group by bands.feed_id
)

-- Fewer than four a day may be none by chance.
select count(*) as offending
from bands
inner join weekdays on bands.feed_id = weekdays.feed_id
where
    (weekdays.usual >= 4 and bands.today * 2 < weekdays.usual)
    or (bands.days >= 14 and bands.today > greatest(bands.busiest * 2, 20));
