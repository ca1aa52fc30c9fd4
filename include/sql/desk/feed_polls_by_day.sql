-- How often a feed was asked on each UTC day, by what came of it.
select
    (fetched_at at time zone 'UTC')::date as day,
    count(*) filter (where reason = '' and status is distinct from 304) as with_a_body,
    count(*) filter (where reason = '' and status = 304) as unchanged,
    count(*) filter (where reason <> '') as failed
from news.fetches
where kind = 'feed' and item_id = %(feed_id)s and fetched_at >= %(since)s
group by day
order by day;
