-- No feed brought less than half of its quietest or more than twice its busiest day of the last four weeks
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
    group by feed_id, days_ago
),

bands as (
    select
        feed_id,
        coalesce(max(entries) filter (where days_ago = 0), 0) as today,
        coalesce(min(entries) filter (where days_ago > 0), 0) as quietest,
        coalesce(max(entries) filter (where days_ago > 0), 0) as busiest,
        count(*) filter (where days_ago > 0) as days
    from days
    group by feed_id
)

-- A feed that had an empty day, or is new, has no quietest day to fall below.
select count(*) as offending
from bands
where
    (days = 28 and today * 2 < quietest)
    or (days >= 14 and today > greatest(busiest * 2, 20));
