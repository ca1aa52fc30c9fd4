-- Of the versions of each address whose pages were just cleaned, the one shown last is current. A version stops counting
-- when its page now gives another text or none.
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

shown as (
    select
        cleaned.article_id,
        max(coalesce(page.returned_at, page.fetched_at)) as shown_at
    from cleaned
    inner join news.pages as page on cleaned.page_id = page.id
    where cleaned.article_id is not null
    group by cleaned.article_id
),

newest as (
    select distinct on (article.url_id)
        article.url_id,
        article.id
    from news.articles as article
    left join shown on article.id = shown.article_id
    where
        article.url_id in (select touched.url_id from touched)
        and article.id not in (select superseded.id from superseded)
    order by
        article.url_id asc,
        greatest(article.seen_at, article.returned_at, shown.shown_at) desc,
        article.id in (
            select cleaned.article_id from cleaned
            where cleaned.article_id is not null
        ) desc,
        article.is_current desc,
        article.id asc
)

update news.articles as article
set
    is_current = coalesce(article.id = newest.id, false),
    returned_at = nullif(greatest(article.seen_at, article.returned_at, shown.shown_at), article.seen_at)
from news.articles as same
left join newest on same.url_id = newest.url_id
left join shown on same.id = shown.article_id
where
    article.id = same.id
    and same.url_id in (select touched.url_id from touched)
    and (article.is_current, article.returned_at) is distinct from (
        coalesce(article.id = newest.id, false),
        nullif(greatest(article.seen_at, article.returned_at, shown.shown_at), article.seen_at)
    );
