-- Past days done again: where their pages come from, how far that has got, and what the day lost and won by it.
comment on column news.feeds.kind is 'institution, wire, newsroom, specialist or demo; site: no feed, but a site whose pages came from elsewhere';

create index entries_by_publication on news.entries (published_at);
create index entries_by_site on news.entries (split_part(url, '/', 3), split_part(url, '/', 4), feed_id);
create index feeds_by_site on news.feeds (split_part(url, '/', 3));
create index pages_by_record on news.pages (warc_file, warc_offset);

alter table news.fetches
add column warc_file text,
add column warc_offset bigint,
add column warc_length bigint;
comment on column news.fetches.warc_file is 'Archive file that keeps the answer, relative to the archive''s root; null when nothing was kept';
comment on column news.fetches.warc_offset is 'First byte of the record in that file';
comment on column news.fetches.warc_length is 'Bytes of the record in that file';

create table news.rebuilds (
    id bigint generated always as identity primary key,
    starts_at timestamptz not null,
    ends_at timestamptz not null check (ends_at > starts_at),
    plan jsonb not null,
    started_at timestamptz not null,
    finished_at timestamptz
);
create unique index rebuilds_open on news.rebuilds (starts_at, ends_at, plan) where finished_at is null;
create index rebuilds_by_window on news.rebuilds (starts_at, ends_at);
comment on table news.rebuilds is 'One row per time that a past day was done again, or every night is closed; an unfinished one is taken up where it stopped';
comment on column news.rebuilds.id is 'Running number';
comment on column news.rebuilds.starts_at is 'First moment of the day';
comment on column news.rebuilds.ends_at is 'First moment after it';
comment on column news.rebuilds.plan is 'What the run asked for: sources in their order, stages, addresses, dry run or not';
comment on column news.rebuilds.started_at is 'When it began';
comment on column news.rebuilds.finished_at is 'When its report was written, null until then';

create table news.rebuild_sources (
    rebuild_id bigint not null references news.rebuilds (id) on delete cascade,
    source text not null check (source in ('archive', 'warc', 'sitemaps', 'csv')),
    name text not null,
    position bigint not null default 0,
    is_done boolean not null default false,
    found integer not null default 0,
    entries_new integer not null default 0,
    pages_new integer not null default 0,
    skipped jsonb not null default '{}',
    reason text not null default '',
    detail text not null default '',
    updated_at timestamptz not null,
    primary key (rebuild_id, source, name)
);
comment on table news.rebuild_sources is 'One row per WARC file, sitemap or list that a rebuild reads: how far it is, and what it brought';
comment on column news.rebuild_sources.rebuild_id is 'The rebuild';
comment on column news.rebuild_sources.source is 'archive, warc, sitemaps or csv';
comment on column news.rebuild_sources.name is 'File or address';
comment on column news.rebuild_sources.position is 'Bytes (WARC) or rows (csv) that are done; reading goes on from here';
comment on column news.rebuild_sources.is_done is 'True when nothing is left to read';
comment on column news.rebuild_sources.found is 'Pages or addresses of the day that it holds';
comment on column news.rebuild_sources.entries_new is 'Addresses among them that nothing had announced';
comment on column news.rebuild_sources.pages_new is 'Bodies among them that the warehouse did not have';
comment on column news.rebuild_sources.skipped is 'What else it holds, by reason: {"outside_window": 12}';
comment on column news.rebuild_sources.reason is 'Why it could not be read (to its end), empty when it could';
comment on column news.rebuild_sources.detail is 'More on the reason';
comment on column news.rebuild_sources.updated_at is 'When this was written';

create table news.rebuild_entries (
    rebuild_id bigint not null references news.rebuilds (id) on delete cascade,
    entry_id uuid not null references news.entries (id),
    primary key (rebuild_id, entry_id)
);
create index rebuild_entries_by_entry on news.rebuild_entries (entry_id);
comment on table news.rebuild_entries is 'One row per address that a sitemap or list named for the day of a rebuild';
comment on column news.rebuild_entries.rebuild_id is 'The rebuild';
comment on column news.rebuild_entries.entry_id is 'The address';

create table news.rebuild_snapshots (
    rebuild_id bigint not null references news.rebuilds (id) on delete cascade,
    kind text not null check (kind in ('article', 'story', 'event')),
    item_id uuid not null,
    label text not null,
    fingerprint uuid not null,
    primary key (rebuild_id, kind, item_id)
);
comment on table news.rebuild_snapshots is 'One row per article, story and event that the day held before a rebuild; deleted when the rebuild is reported';
comment on column news.rebuild_snapshots.rebuild_id is 'The rebuild';
comment on column news.rebuild_snapshots.kind is 'article, story or event';
comment on column news.rebuild_snapshots.item_id is 'Hash of the article''s address, or key of the story or event';
comment on column news.rebuild_snapshots.label is 'What people call it';
comment on column news.rebuild_snapshots.fingerprint is 'MD5 of what it said';

create table news.rebuild_changes (
    rebuild_id bigint not null references news.rebuilds (id) on delete cascade,
    kind text not null check (kind in ('article', 'story', 'event')),
    item_id uuid not null,
    change text not null check (change in ('new', 'changed', 'gone')),
    label text not null,
    primary key (rebuild_id, kind, item_id)
);
comment on table news.rebuild_changes is 'One row per article, story and event of the day that a rebuild made, changed or took away';
comment on column news.rebuild_changes.rebuild_id is 'The rebuild';
comment on column news.rebuild_changes.kind is 'article, story or event';
comment on column news.rebuild_changes.item_id is 'Hash of the article''s address, or key of the story or event';
comment on column news.rebuild_changes.change is 'new, changed or gone';
comment on column news.rebuild_changes.label is 'What people call it: address or headline; type and parties of an event';

-- noqa: disable=RF03
-- The feed that an address without an announcement belongs to: on the same site, of the publication that a sitemap names,
-- else under the same first folder, else any; null on a site without feeds.
create function news.feed_of_address(address text, publication text) returns uuid
language sql stable
begin atomic
select coalesce(
    (
        select feed.id
        from news.feeds as feed
        where
            publication <> ''
            and feed.publisher = publication
            and (
                split_part(feed.url, '/', 3) = split_part(address, '/', 3)
                or exists (
                    select from news.entries as entry
                    where entry.feed_id = feed.id and split_part(entry.url, '/', 3) = split_part(address, '/', 3)
                )
            )
        order by feed.id
        limit 1
    ),
    (
        select entry.feed_id
        from news.entries as entry
        where
            split_part(entry.url, '/', 3) = split_part(address, '/', 3)
            and split_part(entry.url, '/', 4) = split_part(address, '/', 4)
        order by entry.feed_id
        limit 1
    ),
    (
        select feed.id
        from news.feeds as feed
        where split_part(feed.url, '/', 3) = split_part(address, '/', 3)
        order by split_part(feed.url, '/', 4) = split_part(address, '/', 4) desc, feed.id asc
        limit 1
    ),
    (
        select entry.feed_id
        from news.entries as entry
        where split_part(entry.url, '/', 3) = split_part(address, '/', 3)
        order by split_part(entry.url, '/', 4), entry.feed_id
        limit 1
    )
);
end;
comment on function news.feed_of_address is 'The feed that an address without an announcement belongs to, null on a site without feeds';

-- A day's pages: fetched on it, published on it as far as their announcement says, or named for it by a sitemap or list.
create function news.pages_of_day(day_start timestamptz, day_end timestamptz) returns setof uuid
language sql stable
begin atomic
select page.id
from news.pages as page
where page.fetched_at >= day_start and page.fetched_at < day_end -- noqa: RF03
union
select page.id
from news.pages as page
inner join news.entries as entry on page.entry_id = entry.id
where entry.published_at >= day_start and entry.published_at < day_end
union
select page.id
from news.pages as page
inner join news.rebuild_entries as named on page.entry_id = named.entry_id
inner join news.rebuilds as rebuild on named.rebuild_id = rebuild.id
where rebuild.starts_at = day_start and rebuild.ends_at = day_end;
end;
comment on function news.pages_of_day is 'The pages of a day: fetched on it, published on it, or named for it by a sitemap or list';

-- What a day says: its articles, the stories they are in, the events they report, each with a fingerprint of what of it
-- an analyst would notice.
create function news.state_of_day(day_start timestamptz, day_end timestamptz)
returns table (kind text, item_id uuid, label text, fingerprint uuid)
language sql stable
begin atomic
with articles as (
    select article.*
    from news.articles as article
    where
        article.is_current
        and article.page_id in (select news.pages_of_day(day_start, day_end))
),

stories as (
    select distinct member.story_id
    from news.story_members as member
    inner join articles on member.article_id = articles.id
),

events as (
    select distinct mention.event_id
    from sanctions.event_mentions as mention
    inner join articles on mention.article_id = articles.id
    where mention.is_current and mention.event_id is not null
),

parties as (
    select
        party.event_id,
        string_agg(party.name, ', ' order by party.position) filter (where party.role = 'imposer') as imposers,
        string_agg(party.name, ', ' order by party.position) filter (where party.role = 'target') as targets,
        jsonb_agg(to_jsonb(party) order by party.role, party.position) as details
    from sanctions.event_parties as party
    inner join events on party.event_id = events.event_id
    group by party.event_id
),

measures as (
    select
        measure.event_id,
        jsonb_agg(to_jsonb(measure) order by measure.position) as details
    from sanctions.event_measures as measure
    inner join events on measure.event_id = events.event_id
    group by measure.event_id
)

select
    'article' as kind,
    article.url_id as item_id,
    article.url || ' ' || article.title as label,
    md5(row(article.id, article.publisher, article.byline, article.published_at, article.language)::text)::uuid
    as fingerprint
from articles as article
union all
select
    'story' as kind,
    story.id as item_id,
    story.title as label,
    md5(row(story.canonical_article_id, array_agg(member.article_id order by member.article_id))::text)::uuid
    as fingerprint
from stories
inner join news.stories as story on stories.story_id = story.id
inner join news.story_members as member on story.id = member.story_id
group by story.id
union all
select
    'event' as kind,
    event.id as item_id,
    concat_ws(' ', event.event_type, parties.imposers, '->', parties.targets, event.event_date) as label,
    md5(
        row(
            event.event_type, event.modality, event.instrument, event.event_date, event.effective_date,
            event.article_count, parties.details, measures.details
        )::text
    )::uuid as fingerprint
from events
inner join sanctions.events as event on events.event_id = event.id
left join parties on event.id = parties.event_id
left join measures on event.id = measures.event_id
where not event.is_withdrawn;
end;
comment on function news.state_of_day is 'One row per article, story and event of a day, with a fingerprint of what it says';
