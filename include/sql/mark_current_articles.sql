-- Of the versions of each address whose pages were just cleaned, the newest is current. A version stops counting when
-- its page now gives another text or none.
with cleaned as (
    select
        page_id,
        article_id
    from json_to_recordset(%(rows)s) as given (page_id uuid, article_id uuid) -- noqa: AL05
),

touched as (
    select article.url_id
    from news.articles as article
    inner join cleaned on article.page_id = cleaned.page_id
    union
    select article.url_id
    from news.articles as article
    inner join cleaned on article.id = cleaned.article_id
),

superseded as (
    select article.id
    from news.articles as article
    inner join news.outcomes as outcome
        on article.page_id = outcome.item_id and outcome.stage = 'clean' and article.clean_version <> outcome.version
    where
        article.url_id in (select touched.url_id from touched)
        and outcome.reason <> 'missing_from_archive'
    union
    select article.id
    from news.articles as article
    inner join cleaned on article.page_id = cleaned.page_id
    where article.id not in (
        select again.article_id from cleaned as again
        where again.article_id is not null
    )
),

newest as (
    select distinct on (article.url_id)
        article.url_id,
        article.id
    from news.articles as article
    where
        article.url_id in (select touched.url_id from touched)
        and article.id not in (select superseded.id from superseded)
    order by
        article.url_id asc,
        article.seen_at desc,
        article.id in (
            select cleaned.article_id from cleaned
            where cleaned.article_id is not null
        ) desc,
        article.is_current desc,
        article.id asc
)

update news.articles as article
set is_current = not article.is_current
from touched
left join newest on touched.url_id = newest.url_id
where article.url_id = touched.url_id and article.is_current <> coalesce(article.id = newest.id, false);
