-- One row per story.
create or replace view mart.story_spread as
select
    story.id as story_id,
    story.title,
    spread.tellers[1] as first_publisher,
    spread.told_at[1] as first_published_at,
    spread.urls[1] as first_url,
    spread.articles,
    spread.publishers,
    spread.copies,
    spread.last_published_at,
    spread.wires[1] as wire,
    spread.tellers[2] as second_publisher,
    extract(epoch from spread.told_at[2] - spread.told_at[1])::double precision / 3600 as hours_to_second_publisher,
    extract(epoch from spread.half_reached_at - spread.told_at[1])::double precision / 3600
    as hours_to_half_of_publishers,
    extract(epoch from spread.last_publisher_at - spread.told_at[1])::double precision / 3600
    as hours_to_last_publisher,
    array(
        select distinct mention.event_id
        from news.story_members as member
        inner join sanctions.event_mentions as mention on member.article_id = mention.article_id
        where member.story_id = story.id and mention.is_current and mention.event_id is not null
        order by mention.event_id
    ) as event_ids,
    story.first_seen_at,
    story.last_seen_at
from news.stories as story
cross join lateral ( -- noqa: ST05
    with told as (
        select
            article.url_id,
            article.publisher,
            article.url,
            article.wire,
            member.relation,
            coalesce(article.published_at, article.seen_at) as published_at,
            row_number() over (
                order by coalesce(article.published_at, article.seen_at), article.seen_at, article.id
            ) as place
        from news.story_members as member
        inner join news.articles as article on member.article_id = article.id
        where member.story_id = story.id
    ),

    reached as (
        select
            publisher,
            count(distinct url_id) as articles,
            count(distinct url_id) filter (where relation in ('copy', 'truncated')) as copies,
            min(place) as place,
            min(published_at) as first_at,
            max(published_at) as last_at,
            (array_agg(url order by place))[1] as url,
            (array_agg(wire order by place))[1] as wire
        from told
        group by publisher
    )

    select
        sum(articles)::bigint as articles,
        sum(copies)::bigint as copies,
        count(*) as publishers,
        array_agg(publisher order by place) as tellers,
        array_agg(first_at order by place) as told_at,
        array_agg(url order by place) as urls,
        array_agg(wire order by place) as wires,
        max(last_at) as last_published_at,
        max(first_at) as last_publisher_at,
        percentile_disc(0.5) within group (order by first_at) as half_reached_at
    from reached
    having count(*) > 0
) as spread;
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
comment on column mart.story_spread.first_seen_at is 'When the first of its articles was fetched';
comment on column mart.story_spread.last_seen_at is 'When the last of its articles was fetched';
