-- Whether the news is coming in, in one row; the age is before now.
select
    %(now)s::timestamptz - (
        select fetched_at from news.live_pages
        order by fetched_at desc
        limit 1
    ) as page_age,
    (select count(*) from news.feeds
where is_enabled and state <> 'retired') as feeds,
    (select count(*) from news.feeds
where is_enabled and state = 'failing') as failing_feeds,
    (
        select count(*)
        from sanctions.event_versions
        where valid_to is null and review_status = 'pending' and not is_withdrawn
    ) as open_reviews;
