-- One row per publisher and UTC day.
create or replace view mart.publisher_yields as
with cleaned as (
    select
        feed.publisher,
        page.id as page_id,
        outcome.is_rejected,
        outcome.reason,
        (page.fetched_at at time zone 'UTC')::date as day
    from news.pages as page
    inner join news.entries as entry on page.entry_id = entry.id
    inner join news.feeds as feed on entry.feed_id = feed.id
    left join news.outcomes as outcome on page.id = outcome.item_id and outcome.stage = 'clean'
),

pages as (
    select
        publisher,
        day,
        count(*) as pages,
        count(*) filter (where is_rejected is null) as pages_pending,
        count(*) filter (where is_rejected) as pages_dropped
    from cleaned
    group by publisher, day
),

reasons as (
    select
        publisher,
        day,
        jsonb_object_agg(reason, n order by reason) as dropped_by_reason
    from (
        select
            publisher,
            day,
            reason,
            count(*) as n
        from cleaned
        where is_rejected
        group by publisher, day, reason
    ) as counted
    group by publisher, day
),

articles as (
    select
        cleaned.publisher,
        cleaned.day,
        count(*) as articles,
        sum(article.word_count) as words,
        percentile_cont(0.5) within group (order by article.word_count) as median_words,
        count(*) filter (where article.language not in ('en', '')) as other_language,
        count(*) filter (where article.is_truncated) as truncated,
        count(*) filter (where article.form <> 'article') as live_and_digests,
        count(*) filter (where article.wire <> '') as wire_articles,
        count(*) filter (where article.published_at is null) as undated
    from cleaned
    inner join news.articles as article on cleaned.page_id = article.page_id
    where article.is_current
    group by cleaned.publisher, cleaned.day
)

select
    pages.publisher,
    pages.day,
    pages.pages,
    pages.pages_pending,
    pages.pages_dropped,
    coalesce(reasons.dropped_by_reason, '{}') as dropped_by_reason,
    coalesce(articles.articles, 0) as articles,
    coalesce(articles.words, 0) as words,
    coalesce(round(articles.median_words), 0)::integer as median_words,
    coalesce(articles.other_language, 0) as other_language,
    coalesce(articles.truncated, 0) as truncated,
    coalesce(articles.live_and_digests, 0) as live_and_digests,
    coalesce(articles.wire_articles, 0) as wire_articles,
    coalesce(articles.undated, 0) as undated
from pages
left join reasons on pages.publisher = reasons.publisher and pages.day = reasons.day
left join articles on pages.publisher = articles.publisher and pages.day = articles.day;
comment on view mart.publisher_yields is
'One row per publisher and UTC day: how many of its pages became articles, and what kind of articles';
comment on column mart.publisher_yields.publisher is 'The publisher';
comment on column mart.publisher_yields.day is 'The UTC day on which the pages were fetched';
comment on column mart.publisher_yields.pages is 'Page bodies archived';
comment on column mart.publisher_yields.pages_pending is 'Of these, not cleaned yet';
comment on column mart.publisher_yields.pages_dropped is 'Of these, without an article';
comment on column mart.publisher_yields.dropped_by_reason is 'Why, with counts';
comment on column mart.publisher_yields.articles is 'Current article versions from these pages';
comment on column mart.publisher_yields.words is 'Words of these articles: a fall tells of a changed page layout';
comment on column mart.publisher_yields.median_words is 'Words of the middle one';
comment on column mart.publisher_yields.other_language is 'Articles that are not in English and go no further';
comment on column mart.publisher_yields.truncated is 'Articles that break off, as behind a paywall';
comment on column mart.publisher_yields.live_and_digests is 'Live blogs and pages put together from several reports';
comment on column mart.publisher_yields.wire_articles is 'Articles that credit an agency';
comment on column mart.publisher_yields.undated is 'Articles without a publication time';
