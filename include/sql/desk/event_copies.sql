-- Other articles of the stories that an act's reports belong to: reprints, updates, extracts.
select
    member.story_id::text as story_id,
    member.relation,
    article.publisher,
    article.title,
    article.url,
    coalesce(article.published_at, article.seen_at) as published_at
from news.story_members as member
inner join news.articles as article on member.article_id = article.id
where
    member.story_id = any(%(story_ids)s::uuid[])
    and not member.article_id = any(%(article_ids)s::uuid[])
order by coalesce(article.published_at, article.seen_at), article.id
limit %(max_rows)s;
