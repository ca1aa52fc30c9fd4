-- Stories that fit a search, those that last got a member on top.
with told_in_words as (
    select member.story_id
    from news.story_members as member
    -- Behind a select, as the planner would call it for an estimate, too.
    where
        member.article_id = any(
            (select news.articles_with_words(websearch_to_tsquery('english', %(words)s::text), %(most_told)s))::uuid[]
        )
),

told_by_publisher as (
    select member.story_id
    from (
        select article.id
        from news.articles as article
        where article.publisher = %(publisher)s::text
        order by article.seen_at desc
        limit %(most_of_publisher)s
    ) as newest
    inner join news.story_members as member on newest.id = member.article_id
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
        and (%(words)s::text is null or candidate.id = any(array(select told.story_id from told_in_words as told)))
        and (%(since)s::date is null or candidate.last_seen_at >= %(since)s::date)
        and (%(until)s::date is null or candidate.first_seen_at < %(until)s::date + 1)
        and candidate.publisher_count >= %(least_publishers)s
        and (%(publisher)s::text is null or candidate.id = any(array(select told.story_id from told_by_publisher as told)))
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
