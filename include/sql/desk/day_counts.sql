-- How much of one day's news was left after each step, in one row; mart.funnel has all days, and reads all of them.
-- What became of each article is looked up by its key: joined, it would be looked for among all outcomes ever. Only
-- articles that passed the filter can have mentions.
with read_ones as (
    select
        count(*) as articles,
        coalesce(
            sum((
                select count(*)
                from sanctions.event_mentions as mention
                where mention.article_id = article.id and mention.is_current
            )), 0
        )::bigint as mentions
    from news.articles as article
    where
        article.seen_at >= %(start)s and article.seen_at < %(until)s
        and (
            select not outcome.is_rejected
            from news.outcomes as outcome
            where outcome.stage = 'extract' and outcome.item_id = article.id
        )
)

select
    %(day)s::date as day,
    (
        select count(*)
        from news.fetches
        where kind = 'feed' and fetched_at >= %(start)s and fetched_at < %(until)s
    ) as polls,
    (select count(*) from news.entries
where first_seen_at >= %(start)s and first_seen_at < %(until)s) as entries,
    (
        select count(*)
        from news.fetches
        where kind = 'page' and fetched_at >= %(start)s and fetched_at < %(until)s
    ) as fetches,
    (select count(*) from news.pages
where fetched_at >= %(start)s and fetched_at < %(until)s) as pages,
    (select count(*) from news.articles
where seen_at >= %(start)s and seen_at < %(until)s) as articles,
    (select count(*) from news.stories
where first_seen_at >= %(start)s and first_seen_at < %(until)s) as stories,
    read_ones.articles as articles_read,
    read_ones.mentions,
    (
        select count(*)
        from sanctions.events
        where first_seen_at >= %(start)s and first_seen_at < %(until)s and not is_withdrawn
    ) as events,
    coalesce(rejected.n, 0)::bigint as rejected,
    coalesce(rejected.by_reason, '{}') as rejected_by_reason
from (
    select
        sum(each.n) as n,
        jsonb_object_agg(each.reason, each.n) as by_reason
    from (
        select
            stage || ': ' || reason as reason,
            count(*) as n
        from news.outcomes
        where is_rejected and done_at >= %(start)s and done_at < %(until)s
        group by stage, reason
    ) as each
) as rejected
cross join read_ones;
