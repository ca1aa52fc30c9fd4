-- The newest page that a feed announced, and the oldest page or article of the last month that waits: what alerts ask of the whole desk.
-- The demo newsstand prints nothing new after its first hour, so it counts as no source of news.
with waiting as (
    select page.fetched_at as since
    from news.pages as page
    where
        page.fetched_at > %(now)s::timestamptz - interval '30 days'
        and not exists (
            select 1
            from news.outcomes as outcome
            where outcome.stage = 'clean' and outcome.item_id = page.id
        )
    union all
    select article.seen_at as since
    from news.articles as article
    where
        article.is_current
        and article.seen_at > %(now)s::timestamptz - interval '30 days'
        and not exists (
            select 1
            from news.outcomes as outcome
            where outcome.stage = 'extract' and outcome.item_id = article.id
        )
)

select
    (
        select page.fetched_at from news.live_pages as page
        order by page.fetched_at desc
        limit 1
    ) as newest_page_at,
    (
        select min(feed.added_at)
        from news.feeds as feed
        where feed.is_enabled and feed.state <> 'retired' and feed.kind <> 'demo'
    ) as live_since,
    (select min(waiting.since) from waiting) as waiting_since;
