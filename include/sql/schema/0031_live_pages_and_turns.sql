-- What feeds bring live is told from what rebuilds bring, and checks look at a part of the rows at a time.
alter table news.entries add column is_brought boolean not null default false;
comment on column news.entries.is_brought is 'True when a rebuild came upon the address and no feed has announced it';
update news.entries as entry
set is_brought = true
where
    entry.guid = ''
    and entry.summary = ''
    and exists (
        select
        from news.rebuild_entries as named
        inner join news.rebuilds as rebuild on named.rebuild_id = rebuild.id
        where named.entry_id = entry.id and entry.first_seen_at >= rebuild.started_at
    );

create view news.live_pages as
select
    page.id,
    page.entry_id,
    page.fetched_at
from news.pages as page
inner join news.entries as entry on page.entry_id = entry.id
where
    not entry.is_brought
    and not exists (
        select
        from news.pages as earlier
        where earlier.entry_id = page.entry_id and earlier.fetched_at < page.fetched_at
    );
comment on view news.live_pages is 'One row per address that a feed announced, with its first page: neither what rebuilds brought nor what was looked at again, which come while all feeds are silent, too';
comment on column news.live_pages.id is 'The page';
comment on column news.live_pages.entry_id is 'The announcement that led to it';
comment on column news.live_pages.fetched_at is 'When it was fetched';

create function news.ids_in_turn(moment timestamptz) returns table (first_id uuid, last_id uuid)
language sql stable
begin atomic
select
    (slice.byte || repeat('0', 30))::uuid as first_id,
    (slice.byte || repeat('f', 30))::uuid as last_id
from (
    select lpad(to_hex(mod(floor(extract(epoch from moment) / 900)::bigint, 256)), 2, '0') as byte -- noqa: RF02,RF03
) as slice;
end;
comment on function news.ids_in_turn is 'The 256th of all ids whose turn it is in this quarter of an hour: ids are hashes, and all had theirs within three days';
