-- The mentions that count of some articles, in the order of their text.
select
    mention.event_type,
    mention.modality,
    mention.salience,
    mention.instrument,
    mention.event_date,
    mention.effective_date,
    mention.imposers,
    mention.targets,
    mention.actors,
    mention.measures,
    mention.evidence,
    mention.confidence,
    mention.id::text as id,
    mention.article_id::text as article_id,
    (article.published_at at time zone 'UTC')::date as published_on
from sanctions.event_mentions as mention
inner join news.articles as article on mention.article_id = article.id
where mention.article_id = any(%(ids)s::uuid[]) and mention.is_current
order by mention.article_id, mention.position;
