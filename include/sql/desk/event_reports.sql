-- The reports of an act, the first published on top, each with its sentences.
select
    mention.id::text as mention_id,
    mention.article_id::text as article_id,
    mention.event_type,
    mention.modality,
    mention.event_date,
    mention.instrument,
    mention.confidence,
    mention.evidence,
    article.publisher,
    article.title,
    article.url,
    article.page_id::text as page_id,
    member.story_id::text as story_id,
    member.relation,
    coalesce(article.published_at, article.seen_at) as published_at
from sanctions.event_mentions as mention
inner join news.articles as article on mention.article_id = article.id
left join news.story_members as member on article.id = member.article_id
where mention.event_id = %(event_id)s and mention.is_current
order by coalesce(article.published_at, article.seen_at), mention.id
limit %(max_rows)s;
