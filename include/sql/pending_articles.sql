-- The earliest articles that this version of grouping has not placed; sought once a run, as it looks through all history.
select a.id
from news.articles as a
left join news.outcomes as o on a.id = o.item_id and o.stage = 'group' and o.version = %(version)s
where o.item_id is null
order by a.seen_at, a.id
limit %(batch_size)s;
