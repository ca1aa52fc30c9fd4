-- Of the last week's articles, when there are fifty, half have a date, nine in ten a language and nearly all a headline
-- soft
with shares as (
    select
        avg((published_at is null)::integer) as undated,
        avg((language = '')::integer) as without_language,
        avg((title = '')::integer) as without_title
    from news.articles
    where is_current and seen_at > %(now)s::timestamptz - interval '7 days'
    having count(*) >= 50
)

select count(*) as offending
from shares
where undated > 0.5 or without_language > 0.1 or without_title > 0.05;
