-- The earliest articles that this version of grouping has not placed; sought once a run, as it looks through all history.
select a.id
from news.articles as a
left join news.outcomes as o on a.id = o.item_id and o.stage = 'group' and o.version = %(version)s
where
    o.item_id is null
    and exists (
        select from news.article_texts as body
        where body.article_id = a.id and body.seen_at = a.text_at
    )
order by a.seen_at, a.id
limit %(batch_size)s;
