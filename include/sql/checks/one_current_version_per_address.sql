-- Every address has at most one current version of its article: the last day's 10,000, and all others by turns
-- hard
with looked_at as (
    (
        select url_id
        from news.articles
        where seen_at > %(now)s::timestamptz - interval '1 day'
        order by seen_at desc
        limit 10000
    )
    union
    -- Another 256th each quarter of an hour, so that all have been looked at within three days of runs.
    select article.url_id
    from news.ids_in_turn(%(now)s::timestamptz) as turn
    inner join news.articles as article on article.url_id between turn.first_id and turn.last_id
)

select count(*) as offending
from (
    select looked_at.url_id
    from looked_at
    inner join news.articles as article on looked_at.url_id = article.url_id
    where article.is_current
    group by looked_at.url_id
    having count(*) > 1
) as doubled;
