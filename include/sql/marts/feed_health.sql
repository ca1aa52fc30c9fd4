-- One row per feed.
create or replace view mart.feed_health as
with polls as (
    select
        item_id as feed_id,
        count(*) as polls_last_day,
        count(*) filter (where reason <> '') as failed_polls_last_day
    from news.fetches
    where kind = 'feed' and fetched_at > now() - interval '1 day'
    group by item_id
),

announced as (
    select
        feed_id,
        count(*) as entries,
        count(*) filter (where first_seen_at > now() - interval '7 days') as entries_last_week,
        max(first_seen_at) as last_entry_at
    from news.entries
    group by feed_id
)

select
    feed.id as feed_id,
    feed.publisher,
    feed.title,
    feed.url,
    feed.is_enabled,
    feed.state,
    feed.reason,
    feed.failures,
    feed.polled_at,
    feed.succeeded_at,
    feed.next_poll_at,
    announced.last_entry_at,
    coalesce(polls.polls_last_day, 0) as polls_last_day,
    coalesce(polls.failed_polls_last_day, 0) as failed_polls_last_day,
    coalesce(announced.entries, 0) as entries,
    coalesce(announced.entries_last_week, 0) as entries_last_week
from news.feeds as feed
left join polls on feed.id = polls.feed_id
left join announced on feed.id = announced.feed_id;
comment on view mart.feed_health is 'One row per feed: is it answering, and does it bring anything';
comment on column mart.feed_health.feed_id is 'Key of the feed';
comment on column mart.feed_health.publisher is 'Who publishes it';
comment on column mart.feed_health.title is 'Its name';
comment on column mart.feed_health.url is 'Its address';
comment on column mart.feed_health.is_enabled is 'False when the catalog no longer has it or an operator paused it';
comment on column mart.feed_health.state is 'new, ok, failing or retired';
comment on column mart.feed_health.reason is 'Why it is failing or retired';
comment on column mart.feed_health.failures is 'Failed polls since the last good one';
comment on column mart.feed_health.polled_at is 'When it was last asked';
comment on column mart.feed_health.succeeded_at is 'When it last answered well';
comment on column mart.feed_health.next_poll_at is 'When it is due again';
comment on column mart.feed_health.polls_last_day is 'Polls in the last 24 hours';
comment on column mart.feed_health.failed_polls_last_day is 'Those of them that failed';
comment on column mart.feed_health.entries is 'Articles it announced first, ever';
comment on column mart.feed_health.entries_last_week is 'Articles it announced first, in the last 7 days';
comment on column mart.feed_health.last_entry_at is 'When it last announced something new';
