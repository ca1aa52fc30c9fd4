-- Groups of the catalog with how many of their feeds failed at least twice in a row, and why most of those did.
select
    feed_group as name,
    count(*) as feeds,
    count(*) filter (where state = 'failing' and failures >= 2) as failing,
    coalesce(mode() within group (order by reason) filter (where state = 'failing' and failures >= 2), '') as reason
from news.feeds
where is_enabled and state <> 'retired'
group by feed_group
order by feed_group;
