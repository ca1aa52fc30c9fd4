-- One row per publisher and UTC day.
create or replace view mart.publisher_yields as
with counted as (
    select
        page.entry_id,
        page.fetched_at,
        case when outcome.is_rejected is null then 'pending' when outcome.is_rejected then 'dropped' else 'kept' end as step,
        case when outcome.is_rejected then outcome.reason else '' end as reason,
        null::integer as word_count,
        '' as language,
        false as is_truncated,
        'article' as form,
        '' as wire,
        null::timestamptz as published_at
    from news.pages as page
    left join news.outcomes as outcome on page.id = outcome.item_id and outcome.stage = 'clean'
    union all
    select
        page.entry_id,
        page.fetched_at,
        'article' as step,
        '' as reason,
        article.word_count,
        article.language,
        article.is_truncated,
        article.form,
        article.wire,
        article.published_at
    from news.pages as page
    inner join news.articles as article on page.id = article.page_id
    where article.is_current
),

-- One row of articles, and of pages one for each reason to drop them.
per_reason as (
    select
        feed.publisher,
        (counted.fetched_at at time zone 'UTC')::date as day,
        counted.step,
        counted.reason,
        count(*) as n,
        sum(counted.word_count) as words,
        percentile_cont(0.5) within group (order by counted.word_count) as median_words,
        count(*) filter (where counted.language not in ('en', '')) as other_language,
        count(*) filter (where counted.is_truncated) as truncated,
        count(*) filter (where counted.form <> 'article') as live_and_digests,
        count(*) filter (where counted.wire <> '') as wire_articles,
        count(*) filter (where counted.published_at is null) as undated
    from counted
    inner join news.entries as entry on counted.entry_id = entry.id
    inner join news.feeds as feed on entry.feed_id = feed.id
    group by feed.publisher, day, counted.step, counted.reason
)

select
    publisher,
    day,
    (sum(n) filter (where step <> 'article'))::bigint as pages,
    coalesce(sum(n) filter (where step = 'pending'), 0)::bigint as pages_pending,
    coalesce(sum(n) filter (where step = 'dropped'), 0)::bigint as pages_dropped,
    coalesce(jsonb_object_agg(reason, n order by reason) filter (where step = 'dropped'), '{}') as dropped_by_reason,
    coalesce(max(n) filter (where step = 'article'), 0) as articles,
    coalesce(max(words) filter (where step = 'article'), 0) as words,
    coalesce(round(max(median_words) filter (where step = 'article')), 0)::integer as median_words,
    coalesce(max(other_language) filter (where step = 'article'), 0) as other_language,
    coalesce(max(truncated) filter (where step = 'article'), 0) as truncated,
    coalesce(max(live_and_digests) filter (where step = 'article'), 0) as live_and_digests,
    coalesce(max(wire_articles) filter (where step = 'article'), 0) as wire_articles,
    coalesce(max(undated) filter (where step = 'article'), 0) as undated
from per_reason
group by publisher, day;
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
