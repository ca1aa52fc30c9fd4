-- Current English articles that grouping has seen and extraction at this version has not, and copies whose story has
-- another canonical article than when they were read. A copy waits for that article, which is of the same shard.
with candidates as (
    select
        article.id,
        article.seen_at,
        canonical.id as canonical_id
    from news.articles as article
    left join news.story_members as member on article.id = member.article_id
    left join news.stories as story on member.story_id = story.id and member.relation in ('copy', 'truncated')
    left join news.articles as canonical
        on
            story.canonical_article_id = canonical.id
            and canonical.is_current
            and canonical.language in ('en', '')
            and article.id <> canonical.id
    where
        article.is_current
        and article.language in ('en', '')
        and (
            member.article_id is not null
            or exists (
                select
                from news.outcomes as grouped
                where grouped.stage = 'group' and grouped.item_id = article.id
            )
        )
),

pending as (
    select
        candidate.id,
        candidate.seen_at,
        candidate.canonical_id
    from candidates as candidate
    left join news.outcomes as done
        on candidate.id = done.item_id and done.stage = 'extract' and done.version = %(version)s -- noqa: RF02
    left join news.outcomes as original
        on
            candidate.canonical_id = original.item_id
            and original.stage = 'extract'
            and original.version = %(version)s -- noqa: RF02
    left join sanctions.copies_read as copied on candidate.id = copied.article_id
    where
        (done.item_id is null or copied.canonical_article_id is distinct from candidate.canonical_id)
        and (candidate.canonical_id is null or original.item_id is not null)
        and mod(
            uuid_hash(coalesce(candidate.canonical_id, candidate.id))::bigint + 2147483648, %(shards)s -- noqa: RF02
        ) = %(shard)s -- noqa: RF02
    order by candidate.seen_at, candidate.id
    limit %(batch_size)s
)

select
    article.title,
    article.text,
    article.publisher,
    article.seen_at,
    article.id::text as id,
    pending.canonical_id::text as canonical_id,
    (article.published_at at time zone 'UTC')::date as published_on
from pending
inner join news.articles as article on pending.id = article.id
order by pending.seen_at, pending.id;
