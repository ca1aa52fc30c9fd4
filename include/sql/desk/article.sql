-- An article with its text, which is null where retention took it.
select
    article.id::text as article_id,
    article.publisher,
    article.title,
    article.byline,
    article.url,
    article.seen_at,
    body.text,
    coalesce(article.published_at, article.seen_at) as published_at
from news.articles as article
left join news.article_texts as body on article.id = body.article_id and article.text_at = body.seen_at
where article.id = any(%(ids)s::uuid[]);
