-- Those of some articles that this version of grouping has still not placed: another run may have come first.
select
    a.id,
    a.publisher,
    a.url,
    a.title,
    body.text,
    a.seen_at,
    a.form,
    a.published_at,
    a.published_source
from news.articles as a
inner join news.article_texts as body on a.id = body.article_id and a.text_at = body.seen_at
left join news.outcomes as o on a.id = o.item_id and o.stage = 'group' and o.version = %(version)s
where a.id = any(%(ids)s::uuid[]) and o.item_id is null
order by a.seen_at, a.id;
