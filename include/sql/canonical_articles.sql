-- Articles that others copy, as extraction reads them.
select
    article.title,
    body.text,
    article.publisher,
    article.seen_at,
    outcome.is_rejected,
    article.id::text as id,
    (article.published_at at time zone 'UTC')::date as published_on
from news.articles as article
inner join news.article_texts as body on article.id = body.article_id and article.text_at = body.seen_at
inner join news.outcomes as outcome on article.id = outcome.item_id and outcome.stage = 'extract'
where article.id = any(%(ids)s::uuid[]);
