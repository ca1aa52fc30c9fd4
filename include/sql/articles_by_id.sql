-- Articles as grouping compares them; the text is null where retention dropped it.
select
    article.id,
    article.publisher,
    article.url,
    article.title,
    body.text,
    article.seen_at,
    article.form,
    article.published_at,
    article.published_source
from news.articles as article
left join news.article_texts as body on article.id = body.article_id and article.text_at = body.seen_at
where article.id = any(%(ids)s::uuid[])
order by article.seen_at, article.id;
