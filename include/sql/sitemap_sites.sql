-- The sites whose robots.txt may name sitemaps: where the articles of feeds that are asked lie.
select distinct split_part(entry.url, '/', 1) || '//' || split_part(entry.url, '/', 3) as site
from news.entries as entry
inner join news.feeds as feed on entry.feed_id = feed.id
where feed.is_enabled and feed.kind <> 'site' and entry.first_seen_at > %(now)s - interval '30 days'
order by site;
