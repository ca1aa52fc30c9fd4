-- The partitions of a table that end before a moment, oldest first.
select
    parted,
    lower(period) as starts_at,
    upper(period) as ends_at
from news.partitions()
where parted = %(parted)s and upper(period) <= %(before)s
order by starts_at;
