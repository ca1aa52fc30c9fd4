-- Days by what is dated on them, too, and the last two days counted every few minutes, so that no page has to.
alter table news.day_counts add column pages_of_day integer not null default 0;
update news.day_counts set pages_of_day = pages;
comment on column news.day_counts.pages_of_day is 'Pages fetched on it, published on it, or named for it by a sitemap or list: what doing the day again takes';
comment on table news.day_counts is 'One row per UTC day gone by since the oldest page, counted anew every night and when the day is done again';

create function news.pages_of_days(first_day date, last_day date) returns table (day date, pages bigint)
language sql stable
begin atomic
with stretch as (
    select
        first_day::timestamp at time zone 'UTC' as start,
        (last_day + 1)::timestamp at time zone 'UTC' as until
),

dated as (
    select
        (page.fetched_at at time zone 'UTC')::date as day,
        page.id
    from stretch
    inner join news.pages as page on stretch.start <= page.fetched_at and stretch.until > page.fetched_at
    union
    select
        (entry.published_at at time zone 'UTC')::date as day,
        page.id
    from stretch
    inner join news.entries as entry on stretch.start <= entry.published_at and stretch.until > entry.published_at
    inner join news.pages as page on entry.id = page.entry_id
    union
    select
        (rebuild.starts_at at time zone 'UTC')::date as day,
        page.id
    from stretch
    inner join news.rebuilds as rebuild on stretch.start <= rebuild.starts_at and stretch.until > rebuild.starts_at
    inner join news.rebuild_entries as named on rebuild.id = named.rebuild_id
    inner join news.pages as page on named.entry_id = page.entry_id
    where rebuild.ends_at = rebuild.starts_at + interval '24 hours'
)

select
    dated.day,
    count(*) as pages
from dated
group by dated.day;
end;
comment on function news.pages_of_days is 'How many pages news.pages_of_day has of each UTC day of a stretch, without the days that have none';

create table news.recent_counts (
    day date primary key,
    counted_at timestamptz not null,
    counts jsonb not null
);
comment on table news.recent_counts is 'One row for today and one for yesterday, in UTC, counted every ten minutes';
comment on column news.recent_counts.day is 'The UTC day';
comment on column news.recent_counts.counted_at is 'When it was counted';
comment on column news.recent_counts.counts is 'What each step left of it, its rejections by reason, and the pages that waited to be cleaned';
