-- How many articles each publisher brought on a day, and in the middle on the same weekday of the weeks before; those
-- that lack most first. A publisher takes one look into an index for each of the days.
with listed as (
    select distinct publisher
    from news.feeds
    where publisher <> ''
    order by publisher
    limit %(max_publishers)s
),

brought as (
    select
        listed.publisher,
        weeks.ago,
        (
            select count(*)
            from news.articles as article
            where
                article.publisher = listed.publisher
                and article.seen_at >= %(start)s::timestamptz - weeks.ago * interval '168 hours'
                and article.seen_at < %(until)s::timestamptz - weeks.ago * interval '168 hours'
        ) as articles
    from listed
    cross join generate_series(0, %(weeks)s) as weeks (ago)
),

compared as (
    select
        publisher,
        max(articles) filter (where ago = 0) as articles,
        percentile_cont(0.5) within group (order by articles) filter (where ago > 0) as usual
    from brought
    group by publisher
)

select
    publisher,
    articles,
    usual
from compared
where articles > 0 or usual > 0
order by articles - usual, publisher
limit %(max_rows)s;
