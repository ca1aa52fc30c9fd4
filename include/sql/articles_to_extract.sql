-- Current English articles that grouping has seen and extraction at this version has not, and copies whose story has
-- another canonical article than when they were read. A copy waits for that article, which is of the same shard, unless
-- its text is gone: then the copy is read by itself. What has no text is read no more.
with candidates as (
    select
        article.id,
        article.seen_at,
        article.text_at,
        canonical.id as canonical_id,
        canonical.text_at as canonical_text_at
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

unread as (
    select
        candidate.*,
        done.item_id is not null as is_done,
        original.item_id is not null as is_original_done
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
        and mod(
            uuid_hash(coalesce(candidate.canonical_id, candidate.id))::bigint + 2147483648, %(shards)s -- noqa: RF02
        ) = %(shard)s -- noqa: RF02
),

pending as (
    select
        unread.id,
        unread.seen_at,
        body.title,
        body.text,
        original.article_id as canonical_id
    from unread
    inner join news.article_texts as body on unread.id = body.article_id and unread.text_at = body.seen_at
    left join news.article_texts as original
        on unread.canonical_id = original.article_id and unread.canonical_text_at = original.seen_at
    where
        case
            when unread.canonical_id is null then true
            when original.article_id is null then not unread.is_done
            else unread.is_original_done
        end
    order by unread.seen_at, unread.id
    limit %(batch_size)s
)

select
    pending.title,
    pending.text,
    article.publisher,
    article.seen_at,
    article.id::text as id,
    pending.canonical_id::text as canonical_id,
    (article.published_at at time zone 'UTC')::date as published_on
from pending
inner join news.articles as article on pending.id = article.id
order by pending.seen_at, pending.id;
