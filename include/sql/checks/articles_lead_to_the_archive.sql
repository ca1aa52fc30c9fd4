-- Every article with a current mention has a page that names its place in the archive: of the last day's 10,000 articles, and all others by turns
-- hard
with looked_at as (
    (
        select id
        from news.articles
        where seen_at > %(now)s::timestamptz - interval '1 day'
        order by seen_at desc
        limit 10000
    )
    union
    -- Another 256th each quarter of an hour, so that all have been looked at within three days of runs.
    select article.id
    from news.ids_in_turn(%(now)s::timestamptz) as turn
    inner join news.articles as article on article.id between turn.first_id and turn.last_id
)

select count(*) as offending
from looked_at
inner join sanctions.event_mentions as mention on looked_at.id = mention.article_id
inner join news.articles as article on looked_at.id = article.id
left join news.pages as page on article.page_id = page.id
where mention.is_current and (page.id is null or page.warc_file = '' or page.warc_length <= 0);
