-- Every mention that counts, with what resolving needs to know of its article.
select
    mention.extract_version,
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
    article.published_at,
    article.seen_at,
    article.publisher,
    mention.id::text as id,
    mention.article_id::text as article_id,
    mention.event_id::text as event_id,
    member.story_id::text as story_id,
    (coalesce(article.published_at, article.seen_at) at time zone 'UTC')::date as published_on
from sanctions.event_mentions as mention
inner join news.articles as article on mention.article_id = article.id
left join news.story_members as member on mention.article_id = member.article_id
where mention.is_current;
