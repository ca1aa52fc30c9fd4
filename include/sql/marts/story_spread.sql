-- One row per story.
create or replace view mart.story_spread as
select
    story.id as story_id,
    story.title,
    first_one.publisher as first_publisher,
    first_one.published_at as first_published_at,
    first_one.url as first_url,
    spread.articles,
    spread.publishers,
    spread.copies,
    spread.last_published_at,
    first_one.wire,
    second_one.publisher as second_publisher,
    extract(epoch from second_one.published_at - first_one.published_at)::double precision / 3600
    as hours_to_second_publisher,
    extract(epoch from spread.half_reached_at - first_one.published_at)::double precision / 3600
    as hours_to_half_of_publishers,
    extract(epoch from spread.last_publisher_at - first_one.published_at)::double precision / 3600
    as hours_to_last_publisher,
    array(
        select distinct mention.event_id
        from news.story_members as member
        inner join sanctions.event_mentions as mention on member.article_id = mention.article_id
        where member.story_id = story.id and mention.is_current and mention.event_id is not null
        order by mention.event_id
    ) as event_ids
from news.stories as story
cross join lateral (
    select
        article.publisher,
        article.url,
        article.wire,
        coalesce(article.published_at, article.seen_at) as published_at
    from news.story_members as member
    inner join news.articles as article on member.article_id = article.id
    where member.story_id = story.id
    order by coalesce(article.published_at, article.seen_at), article.seen_at, article.id
    limit 1
) as first_one
cross join lateral ( -- noqa: ST05
    with reached as (
        select
            count(distinct article.url_id) as articles,
            count(distinct article.url_id) filter (where member.relation in ('copy', 'truncated')) as copies,
            min(coalesce(article.published_at, article.seen_at)) as first_at,
            max(coalesce(article.published_at, article.seen_at)) as last_at
        from news.story_members as member
        inner join news.articles as article on member.article_id = article.id
        where member.story_id = story.id
        group by article.publisher
    )

    select
        sum(reached.articles)::bigint as articles,
        sum(reached.copies)::bigint as copies,
        count(*) as publishers,
        max(reached.last_at) as last_published_at,
        max(reached.first_at) as last_publisher_at,
        percentile_disc(0.5) within group (order by reached.first_at) as half_reached_at
    from reached
) as spread
left join lateral (
    select
        article.publisher,
        coalesce(article.published_at, article.seen_at) as published_at
    from news.story_members as member
    inner join news.articles as article on member.article_id = article.id
    where member.story_id = story.id and article.publisher <> first_one.publisher
    order by coalesce(article.published_at, article.seen_at), article.seen_at, article.id
    limit 1
) as second_one on true;
comment on view mart.story_spread is 'One row per story: who published it first, how far it went and how fast; where an article states no time, the time at which it was fetched stands in';
comment on column mart.story_spread.story_id is 'The story, as in mart.event_evidence';
comment on column mart.story_spread.title is 'Headline of the article that the others derive from';
comment on column mart.story_spread.first_publisher is 'Who published it first';
comment on column mart.story_spread.first_published_at is 'When that was';
comment on column mart.story_spread.first_url is 'Address of that article';
comment on column mart.story_spread.articles is 'Addresses that tell it';
comment on column mart.story_spread.publishers is 'Publishers that tell it';
comment on column mart.story_spread.copies is 'Addresses among them with a copy, whole or cut short';
comment on column mart.story_spread.last_published_at is 'When the last of its articles was published';
comment on column mart.story_spread.wire is 'Agency that the first article credits, empty when none';
comment on column mart.story_spread.second_publisher is 'Who followed first, null when nobody did';
comment on column mart.story_spread.hours_to_second_publisher is 'Hours from the first article to that of the second publisher';
comment on column mart.story_spread.hours_to_half_of_publishers is 'Hours until half of its publishers had it, the first one counted';
comment on column mart.story_spread.hours_to_last_publisher is 'Hours until its last publisher had it';
comment on column mart.story_spread.event_ids is 'The acts that its articles report, as in mart.events';
