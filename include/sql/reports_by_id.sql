-- Mentions in the order asked for, with the articles that they stand in.
select
    article.publisher,
    article.published_at,
    article.title,
    article.url,
    mention.event_type,
    mention.event_date,
    mention.evidence,
    mention.is_current,
    mention.id::text as id,
    mention.article_id::text as article_id,
    mention.event_id::text as event_id
from unnest(%(ids)s::uuid[]) with ordinality as asked (id, nr)
inner join sanctions.event_mentions as mention on asked.id = mention.id
inner join news.articles as article on mention.article_id = article.id
order by asked.nr; -- noqa: RF03
