-- Each group of feeds, and how many of it stand how.
select
    feed.feed_group,
    count(*) filter (where feed.is_enabled and feed.state <> 'retired') as asked,
    count(*) filter (where feed.is_enabled and feed.state = 'failing') as failing,
    count(*) filter (where feed.paused_at is not null and feed.state <> 'retired') as paused,
    count(*) filter (where feed.state = 'retired') as retired
from news.feeds as feed
where feed.kind <> 'site'
group by feed.feed_group
order by failing desc, feed.feed_group asc
limit %(max_rows)s;
