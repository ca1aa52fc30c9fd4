-- Whether the news is coming in, in one row; ages are before now.
select
    %(now)s::timestamptz - (select max(fetched_at) from news.pages) as page_age,
    (select count(*) from news.feeds
where is_enabled and state <> 'retired') as feeds,
    (select count(*) from news.feeds
where is_enabled and state = 'failing') as failing_feeds,
    waiting.pages as pages_waiting,
    %(now)s::timestamptz - waiting.oldest as waiting_for,
    (
        select count(*)
        from sanctions.event_versions
        where valid_to is null and review_status = 'pending' and not is_withdrawn
    ) as open_reviews
from (
    select
        count(*) as pages,
        min(page.fetched_at) as oldest
    from news.pages as page
    where
        page.fetched_at > %(now)s::timestamptz - interval '2 days'
        and not exists (
            select 1
            from news.outcomes as outcome
            where outcome.stage = 'clean' and outcome.item_id = page.id
        )
) as waiting;
