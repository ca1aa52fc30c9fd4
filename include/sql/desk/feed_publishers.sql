-- Who publishes feeds.
select distinct publisher
from news.feeds
where kind <> 'site'
order by publisher
limit %(max_rows)s;
