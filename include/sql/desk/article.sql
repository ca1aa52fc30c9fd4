-- An article with its text.
select
    article.id::text as article_id,
    article.publisher,
    article.title,
    article.byline,
    article.url,
    article.seen_at,
    article.text,
    coalesce(article.published_at, article.seen_at) as published_at
from news.articles as article
where article.id = any(%(ids)s::uuid[]);
