-- All counts of days gone by are kept, so that whoever asks for a year need not wait for its news to be counted.
create view news.present_days as
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
comment on view news.present_days is 'One row per UTC day with anything, counted as it is asked for; read mart.funnel, which is the same and faster';
comment on column news.present_days.day is 'The UTC day';
comment on column news.present_days.polls is 'Times that a feed was asked';
comment on column news.present_days.entries is 'New addresses that feeds announced';
comment on column news.present_days.fetches is 'Requests for pages';
comment on column news.present_days.pages is 'New page bodies that were archived';
comment on column news.present_days.articles is 'Article versions cleaned out of the pages of this day';
comment on column news.present_days.stories is 'Stories first seen on this day';
comment on column news.present_days.articles_read is 'Articles of this day that passed the term filter and were read for events';
comment on column news.present_days.mentions is 'Reports of acts in articles of this day';
comment on column news.present_days.events is 'Acts first seen on this day';
comment on column news.present_days.rejected is 'Items that a step could not use or had no use for';
comment on column news.present_days.rejected_by_reason is 'The same by step and reason';

alter table news.day_counts
add column polls integer not null default 0,
add column entries integer not null default 0,
add column fetches integer not null default 0,
add column articles integer not null default 0,
add column articles_read integer not null default 0,
add column mentions integer not null default 0,
add column rejected integer not null default 0,
add column rejected_by_reason jsonb not null default '{}';
comment on column news.day_counts.polls is 'Times that a feed was asked';
comment on column news.day_counts.entries is 'New addresses that feeds announced';
comment on column news.day_counts.fetches is 'Requests for pages';
comment on column news.day_counts.articles is 'Article versions cleaned out of the pages of this day';
comment on column news.day_counts.articles_read is 'Articles of this day that passed the term filter and were read for events';
comment on column news.day_counts.mentions is 'Reports of acts in articles of this day';
comment on column news.day_counts.rejected is 'Items that a step could not use or had no use for';
comment on column news.day_counts.rejected_by_reason is 'The same by step and reason';
update news.day_counts as kept
set
    polls = counted.polls,
    entries = counted.entries,
    fetches = counted.fetches,
    articles = counted.articles,
    articles_read = counted.articles_read,
    mentions = counted.mentions,
    rejected = counted.rejected,
    rejected_by_reason = counted.rejected_by_reason
from news.present_days as counted
where kept.day = counted.day;

create function news.first_day_to_count() returns date
language sql stable security definer set search_path = ''
begin atomic
select least(coalesce(max(kept.day) + 1, '-infinity'), (now() at time zone 'UTC')::date - 1)
from news.day_counts as kept;
end;
comment on function news.first_day_to_count is 'From which UTC day on mart.funnel counts anew: yesterday, of which articles are still read, or an earlier day that was not counted yet';
