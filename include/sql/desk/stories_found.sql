-- Stories that fit a search, those that last got a member on top.
with told_in_words as (
    select member.story_id
    from news.story_members as member
    where
        member.article_id = any(
            news.articles_with_words(websearch_to_tsquery('english', %(words)s::text), %(most_told)s)
        )
)

select
    story.id::text as story_id,
    story.title,
    story.article_count,
    story.publisher_count,
    story.first_seen_at,
    story.last_seen_at,
    first_one.publisher as first_publisher,
    (
        select count(distinct mention.event_id)
        from news.story_members as member
        inner join sanctions.event_mentions as mention on member.article_id = mention.article_id
        where member.story_id = story.id and mention.is_current and mention.event_id is not null
    ) as events
from (
    select candidate.*
    from news.stories as candidate
    where
        (%(after_seen)s::timestamptz is null or (candidate.last_seen_at, candidate.id) < (%(after_seen)s::timestamptz, %(after_id)s::uuid))
        and (%(words)s::text is null or candidate.id in (select told.story_id from told_in_words as told))
        and (%(since)s::date is null or candidate.last_seen_at >= %(since)s::date)
        and (%(until)s::date is null or candidate.first_seen_at < %(until)s::date + 1)
        and candidate.publisher_count >= %(least_publishers)s
        and (
            %(publisher)s::text is null
            or exists (
                select 1
                from news.story_members as member
                inner join news.articles as article on member.article_id = article.id
                where member.story_id = candidate.id and article.publisher = %(publisher)s
            )
        )
    order by candidate.last_seen_at desc, candidate.id desc
    limit %(page_size)s + 1
) as story
cross join lateral (
    select article.publisher
    from news.story_members as member
    inner join news.articles as article on member.article_id = article.id
    where member.story_id = story.id
    order by coalesce(article.published_at, article.seen_at), article.seen_at, article.id
    limit 1
) as first_one
order by story.last_seen_at desc, story.id desc;
