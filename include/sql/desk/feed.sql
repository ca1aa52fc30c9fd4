-- All that is known of a feed, with what its host lets us do.
select
    feed.id::text as feed_id,
    feed.title,
    feed.url,
    feed.publisher,
    feed.country,
    feed.language,
    feed.feed_group,
    feed.kind,
    case
        when feed.state = 'retired' then 'retired'
        when feed.paused_at is not null then 'paused'
        when not feed.is_enabled then 'dropped'
        else feed.state
    end as standing,
    feed.reason,
    feed.failures,
    feed.added_at,
    feed.polled_at,
    feed.succeeded_at,
    feed.paused_at,
    nullif(feed.next_poll_at, '-infinity') as next_poll_at,
    feed.poll_interval,
    feed.asked_interval,
    feed.skip_hours,
    feed.skip_days,
    feed.polled_url,
    feed.moved_url,
    feed.moved_polls,
    feed.final_url,
    same.id::text as duplicate_id,
    same.title as duplicate_title,
    host.wait_until,
    (
        select count(*)
        from news.entries as entry
        where entry.feed_id = feed.id and entry.first_seen_at >= %(week)s
    ) as entries_last_week
from news.feeds as feed
left join news.feeds as same on feed.duplicate_of = same.id
left join news.hosts as host
    on lower(split_part(coalesce(nullif(feed.polled_url, ''), feed.url), '/', 3)) = host.host
where feed.id = %(feed_id)s and feed.kind <> 'site';
