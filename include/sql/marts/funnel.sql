-- One row per UTC day.
create or replace view mart.funnel as
with counted as (
    select
        fetched_at as at,
        case kind when 'feed' then 'polls' else 'fetches' end as step,
        '' as reason
    from news.fetches
    union all
    select
        first_seen_at as at,
        'entries' as step,
        '' as reason
    from news.entries
    union all
    select
        fetched_at as at,
        'pages' as step,
        '' as reason
    from news.pages
    union all
    select
        seen_at as at,
        'articles' as step,
        '' as reason
    from news.articles
    union all
    select
        first_seen_at as at,
        'stories' as step,
        '' as reason
    from news.stories
    union all
    select
        done_at as at,
        'rejected' as step,
        stage || ': ' || reason as reason
    from news.outcomes
    where is_rejected and stage <> 'extract'
    union all
    select
        first_seen_at as at,
        'events' as step,
        '' as reason
    from sanctions.events
    where not is_withdrawn
    union all
    select
        article.seen_at as at,
        case when outcome.is_rejected then 'rejected' else 'articles_read' end as step,
        'extract: ' || outcome.reason as reason
    from news.outcomes as outcome
    inner join news.articles as article on outcome.item_id = article.id
    where outcome.stage = 'extract'
    union all
    select
        article.seen_at as at,
        'mentions' as step,
        '' as reason
    from sanctions.event_mentions as mention
    inner join news.articles as article on mention.article_id = article.id
    where mention.is_current
),

per_reason as (
    select
        step,
        reason,
        (at at time zone 'UTC')::date as day,
        count(*) as n
    from counted
    group by step, reason, day
)

select
    day,
    coalesce(sum(n) filter (where step = 'polls'), 0)::bigint as polls,
    coalesce(sum(n) filter (where step = 'entries'), 0)::bigint as entries,
    coalesce(sum(n) filter (where step = 'fetches'), 0)::bigint as fetches,
    coalesce(sum(n) filter (where step = 'pages'), 0)::bigint as pages,
    coalesce(sum(n) filter (where step = 'articles'), 0)::bigint as articles,
    coalesce(sum(n) filter (where step = 'stories'), 0)::bigint as stories,
    coalesce(sum(n) filter (where step = 'articles_read'), 0)::bigint as articles_read,
    coalesce(sum(n) filter (where step = 'mentions'), 0)::bigint as mentions,
    coalesce(sum(n) filter (where step = 'events'), 0)::bigint as events,
    coalesce(sum(n) filter (where step = 'rejected'), 0)::bigint as rejected,
    coalesce(jsonb_object_agg(reason, n) filter (where step = 'rejected'), '{}') as rejected_by_reason
from per_reason
group by day;
comment on view mart.funnel is 'One row per UTC day: how much came in, and how much of it was left after each step';
comment on column mart.funnel.day is 'The UTC day';
comment on column mart.funnel.polls is 'Times that a feed was asked';
comment on column mart.funnel.entries is 'New addresses that feeds announced';
comment on column mart.funnel.fetches is 'Requests for pages';
comment on column mart.funnel.pages is 'New page bodies that were archived';
comment on column mart.funnel.articles is 'Article versions cleaned out of the pages of this day';
comment on column mart.funnel.stories is 'Stories first seen on this day';
comment on column mart.funnel.articles_read is 'Articles of this day that passed the term filter and were read for events';
comment on column mart.funnel.mentions is 'Reports of acts in articles of this day';
comment on column mart.funnel.events is 'Acts first seen on this day';
comment on column mart.funnel.rejected is 'Items that a step could not use or had no use for';
comment on column mart.funnel.rejected_by_reason is 'The same by step and reason';
