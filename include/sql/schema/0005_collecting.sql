-- What polite polling remembers of feeds and hosts, and what an address turned out to be.
alter table news.feeds
add column polled_url text not null default '',
add column moved_url text not null default '',
add column moved_polls integer not null default 0,
add column final_url text not null default '',
add column full_fetched_at timestamptz,
add column poll_interval interval,
add column asked_interval interval not null default '0',
add column skip_hours smallint[] not null default '{}',
add column skip_days smallint[] not null default '{}',
add column entries_sketch bigint[] not null default '{}',
add column duplicate_of uuid references news.feeds (id);
create index feeds_by_final_url on news.feeds (final_url);
comment on column news.feeds.polled_url is 'Address that is asked since the server moved the feed for good; empty while it is the catalog''s';
comment on column news.feeds.moved_url is 'Where the last answers say that it moved for good; taken over when they repeat it';
comment on column news.feeds.moved_polls is 'How many polls in a row said so';
comment on column news.feeds.final_url is 'Address that gave the last good answer, after redirects';
comment on column news.feeds.full_fetched_at is 'When it last sent a whole body; validators that always say unchanged are broken by asking without them';
comment on column news.feeds.poll_interval is 'How long its own history lets it wait between polls';
comment on column news.feeds.asked_interval is 'How long it asks to wait itself: ttl or updatePeriod';
comment on column news.feeds.skip_hours is 'Hours (UTC) in which it asks not to be polled';
comment on column news.feeds.skip_days is 'Days on which it asks not to be polled, 0 is Monday';
comment on column news.feeds.entries_sketch is 'The smallest hashes of the entries of its last body, by which feeds of the same entries are found';
comment on column news.feeds.duplicate_of is 'An older feed with the same final address or the same entries';

create table news.hosts (
    host text primary key,
    robots text not null default '',
    robots_status integer,
    robots_until timestamptz,
    waits_asked integer not null default 0,
    wait_until timestamptz
);
comment on table news.hosts is 'One row per host that was asked: what it allows and how patient it wants us to be';
comment on column news.hosts.host is 'Name, with the port where it is not that of the scheme';
comment on column news.hosts.robots is 'Its robots.txt as last read; empty when it has none';
comment on column news.hosts.robots_status is 'HTTP status of that, null when no answer came';
comment on column news.hosts.robots_until is 'When robots.txt is read again';
comment on column news.hosts.waits_asked is 'How many addresses in a row were answered with Retry-After';
comment on column news.hosts.wait_until is 'Until when the host as a whole is left alone: it asked so more than once';

alter table news.entries
add column article_url text not null default '',
add column retitled_at timestamptz;
create index entries_by_guid on news.entries (feed_id, guid) where guid <> '';
comment on column news.entries.retitled_at is 'When its feed last changed the headline; the page is then looked at again';
comment on column news.entries.article_url is 'Address that its article goes by: where the page was found, or what it names canonical; empty until fetched';

alter table news.pages add column returned_at timestamptz;
comment on column news.pages.returned_at is 'When the address came back to this body after another one; null when it never did';

alter table news.articles add column returned_at timestamptz;
comment on column news.articles.returned_at is 'When a later page of the address showed this version again; the version last shown is the current one';
