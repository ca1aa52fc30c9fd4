-- Current mentions with what resolving needs to know of their articles: those asked for and those of articles, and all
-- of whole blocks, asked for by themselves and by an event that they hold.
with blocks as (
    select unnest(%(block_ids)s::uuid[]) as block_id
    union
    select resolved.block_id
    from sanctions.event_mentions as mention
    inner join sanctions.resolved_mentions as resolved on mention.id = resolved.mention_id
    where mention.event_id = any(%(event_ids)s::uuid[]) and mention.is_current
),

wanted as (
    select unnest(%(ids)s::uuid[]) as id
    union
    select mention.id
    from sanctions.event_mentions as mention
    where mention.article_id = any(%(article_ids)s::uuid[])
    union
    select resolved.mention_id
    from blocks
    inner join sanctions.resolved_mentions as resolved on blocks.block_id = resolved.block_id
)

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
    resolved.block_id::text as block_id,
    (coalesce(article.published_at, article.seen_at) at time zone 'UTC')::date as published_on
from wanted
inner join sanctions.event_mentions as mention on wanted.id = mention.id
inner join news.articles as article on mention.article_id = article.id
left join news.story_members as member on mention.article_id = member.article_id
left join sanctions.resolved_mentions as resolved on mention.id = resolved.mention_id
where mention.is_current;
