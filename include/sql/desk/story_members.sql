-- The members of a story, the first published on top.
select
    article.id::text as article_id,
    article.publisher,
    article.title,
    article.byline,
    article.url,
    article.word_count,
    article.is_current,
    article.page_id::text as page_id,
    member.relation,
    member.score,
    coalesce(article.published_at, article.seen_at) as published_at
from news.story_members as member
inner join news.articles as article on member.article_id = article.id
where member.story_id = %(story_id)s
order by coalesce(article.published_at, article.seen_at), article.seen_at, article.id
limit %(max_rows)s;
