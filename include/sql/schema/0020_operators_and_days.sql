-- What operators do to feeds, and how much each day holds.
alter table news.feeds add column paused_at timestamptz;
comment on column news.feeds.paused_at is 'When an operator paused it; null when none did. The catalog does not bring it back before it is resumed';
comment on column news.feeds.state is 'new, ok, failing or retired (the server says it is gone, or an operator retired it)';
comment on column news.feeds.failures is 'Failed polls since the last good one, or since an operator had it polled at once';

create table news.feed_actions (
    id bigint generated always as identity primary key,
    feed_id uuid not null references news.feeds (id),
    action text not null check (action in ('pause', 'resume', 'poll_now', 'retire', 'unretire')),
    acted_at timestamptz not null,
    acted_by text not null,
    note text not null default ''
);
create index feed_actions_by_feed on news.feed_actions (feed_id, id desc);
comment on table news.feed_actions is 'One row per time that an operator changed whether or when a feed is asked';
comment on column news.feed_actions.id is 'Running number';
comment on column news.feed_actions.feed_id is 'The feed';
comment on column news.feed_actions.action is 'pause, resume, poll_now, retire or unretire';
comment on column news.feed_actions.acted_at is 'When';
comment on column news.feed_actions.acted_by is 'Who, as Airflow knows them';
comment on column news.feed_actions.note is 'Why, in their words; empty when they gave no reason';

create table news.day_counts (
    day date primary key,
    pages integer not null,
    stories integer not null,
    events integer not null,
    counted_at timestamptz not null
);
comment on table news.day_counts is 'One row per UTC day gone by since the first page, counted anew every night and when the day is done again';
comment on column news.day_counts.day is 'The UTC day';
comment on column news.day_counts.pages is 'New page bodies fetched on it';
comment on column news.day_counts.stories is 'Stories first seen on it';
comment on column news.day_counts.events is 'Acts first seen on it that are not withdrawn';
comment on column news.day_counts.counted_at is 'When it was counted';
