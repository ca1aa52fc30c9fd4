-- What a day holds: its pages, and what came of them.
with pages as (
    select day.id from news.pages_of_day(%(start)s, %(until)s) as day (id)
),

articles as (
    select
        article.id,
        article.is_current
    from news.articles as article
    inner join pages on article.page_id = pages.id
),

mentions as (
    select
        mention.id,
        mention.event_id
    from sanctions.event_mentions as mention
    inner join articles on mention.article_id = articles.id
    where mention.is_current
)

select
    (select count(*) from pages) as pages,
    (select count(*) from articles) as articles,
    (
        select count(*) from articles
        where is_current
    ) as articles_current,
    (
        select count(distinct member.story_id)
        from news.story_members as member
        inner join articles on member.article_id = articles.id
    ) as stories,
    (select count(*) from mentions) as mentions,
    (select count(distinct event_id) from mentions) as events;
