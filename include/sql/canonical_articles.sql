-- Articles that others copy, as extraction reads them.
select
    article.title,
    article.text,
    article.publisher,
    article.seen_at,
    outcome.is_rejected,
    article.id::text as id,
    (article.published_at at time zone 'UTC')::date as published_on
from news.articles as article
inner join news.outcomes as outcome on article.id = outcome.item_id and outcome.stage = 'extract'
where article.id = any(%(ids)s::uuid[]);
