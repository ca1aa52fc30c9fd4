-- What was collected. Ids are 128-bit content hashes written as uuid, so every write is an upsert.
create table news.feeds (
    id uuid primary key,
    url text not null unique,
    title text not null,
    publisher text not null,
    country text not null,
    language text not null,
    feed_group text not null,
    kind text not null,
    is_enabled boolean not null default true,
    state text not null default 'new' check (state in ('new', 'ok', 'failing', 'retired')),
    reason text not null default '',
    failures integer not null default 0,
    etag text not null default '',
    last_modified text not null default '',
    body_hash text not null default '',
    added_at timestamptz not null default now(),
    polled_at timestamptz,
    succeeded_at timestamptz,
    next_poll_at timestamptz not null default '-infinity'
);
create index feeds_due on news.feeds (next_poll_at) where is_enabled and state <> 'retired';
comment on table news.feeds is 'One row per feed of the catalog, with what polling it taught';
comment on column news.feeds.id is 'Hash of the address';
comment on column news.feeds.url is 'Address as in the catalog';
comment on column news.feeds.title is 'Name of the feed';
comment on column news.feeds.publisher is 'Who publishes it';
comment on column news.feeds.country is 'Seat of the publisher: ISO 3166-1 alpha-2, or EU or UN';
comment on column news.feeds.language is 'Language of its articles: ISO 639-1';
comment on column news.feeds.feed_group is 'Group in the catalog';
comment on column news.feeds.kind is 'institution, wire, newsroom, specialist or demo';
comment on column news.feeds.is_enabled is 'False when the catalog no longer has it or an operator paused it';
comment on column news.feeds.state is 'new, ok, failing or retired (the server says it is gone)';
comment on column news.feeds.reason is 'Why it is failing or retired';
comment on column news.feeds.failures is 'Failed polls since the last good one';
comment on column news.feeds.etag is 'ETag of the last full answer';
comment on column news.feeds.last_modified is 'Last-Modified of the last full answer';
comment on column news.feeds.body_hash is 'xxh3 of the last body that was parsed; the same body is not parsed again';
comment on column news.feeds.added_at is 'When the catalog brought it in';
comment on column news.feeds.polled_at is 'When it was last asked';
comment on column news.feeds.succeeded_at is 'When it last answered well';
comment on column news.feeds.next_poll_at is 'When it is due again';

create table news.entries (
    id uuid primary key,
    feed_id uuid not null references news.feeds (id),
    url text not null,
    guid text not null,
    title text not null,
    summary text not null,
    byline text not null,
    published_at timestamptz,
    first_seen_at timestamptz not null
);
create index entries_by_feed on news.entries (feed_id, first_seen_at);
comment on table news.entries is 'One row per address that a feed announced';
comment on column news.entries.id is 'Hash of the normalised address';
comment on column news.entries.feed_id is 'The feed that announced it first';
comment on column news.entries.url is 'Normalised address of the article';
comment on column news.entries.guid is 'Identifier in the feed';
comment on column news.entries.title is 'Headline in the feed, plain text, as last announced';
comment on column news.entries.summary is 'Summary in the feed, plain text, as last announced';
comment on column news.entries.byline is 'Author in the feed';
comment on column news.entries.published_at is 'Publication time in the feed';
comment on column news.entries.first_seen_at is 'When a poll first met it';

create table news.fetches (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('feed', 'page')),
    item_id uuid not null,
    url text not null,
    fetched_at timestamptz not null,
    status integer,
    reason text not null default '',
    detail text not null default '',
    body_bytes integer not null default 0,
    seconds real not null default 0
);
create index fetches_by_item on news.fetches (item_id, fetched_at desc);
create index fetches_by_time on news.fetches using brin (fetched_at);
comment on table news.fetches is 'One row per request made, good or bad';
comment on column news.fetches.id is 'Running number';
comment on column news.fetches.kind is 'feed or page';
comment on column news.fetches.item_id is 'The feed or entry asked for';
comment on column news.fetches.url is 'Address asked for';
comment on column news.fetches.fetched_at is 'When';
comment on column news.fetches.status is 'HTTP status, null when no answer came';
comment on column news.fetches.reason is 'Empty when good, else the reason of the rejection';
comment on column news.fetches.detail is 'More on the reason';
comment on column news.fetches.body_bytes is 'Size of the body after decoding';
comment on column news.fetches.seconds is 'How long it took';

create table news.pages (
    id uuid primary key,
    entry_id uuid not null references news.entries (id),
    url text not null,
    fetched_at timestamptz not null,
    status integer not null,
    content_type text not null,
    body_sha256 text not null,
    body_bytes integer not null,
    warc_file text not null,
    warc_offset bigint not null,
    warc_length bigint not null
);
create index pages_by_entry on news.pages (entry_id, fetched_at);
create index pages_by_time on news.pages (fetched_at);
comment on table news.pages is 'One row per distinct body that an address answered with; the bytes lie in the archive';
comment on column news.pages.id is 'Hash of the normalised address and the body';
comment on column news.pages.entry_id is 'The announcement that led to it';
comment on column news.pages.url is 'Normalised address';
comment on column news.pages.fetched_at is 'When this body was first fetched';
comment on column news.pages.status is 'HTTP status';
comment on column news.pages.content_type is 'Content-Type as sent';
comment on column news.pages.body_sha256 is 'SHA-256 of the decoded body, hexadecimal';
comment on column news.pages.body_bytes is 'Size of the decoded body';
comment on column news.pages.warc_file is 'Archive file, relative to the archive''s root';
comment on column news.pages.warc_offset is 'First byte of the record in that file';
comment on column news.pages.warc_length is 'Bytes of the record in that file';

create table news.articles (
    id uuid primary key,
    url_id uuid not null,
    page_id uuid not null references news.pages (id),
    url text not null,
    publisher text not null,
    title text not null,
    byline text not null,
    published_at timestamptz,
    published_source text not null,
    language text not null,
    text text not null,
    word_count integer not null,
    seen_at timestamptz not null,
    is_current boolean not null,
    clean_version text not null
);
create index articles_by_url on news.articles (url_id, seen_at);
create index articles_by_time on news.articles (seen_at);
create index articles_by_publisher on news.articles (publisher, seen_at);
create index articles_by_page on news.articles (page_id);
comment on table news.articles is 'One row per version of an article: an address, a headline and a clean text';
comment on column news.articles.id is 'Hash of address, headline and text';
comment on column news.articles.url_id is 'Hash of the address: versions of one article share it';
comment on column news.articles.page_id is 'The page it was cleaned from';
comment on column news.articles.url is 'Normalised address';
comment on column news.articles.publisher is 'Who published it';
comment on column news.articles.title is 'Headline';
comment on column news.articles.byline is 'Author as printed';
comment on column news.articles.published_at is 'Publication time';
comment on column news.articles.published_source is 'Where that time was found: feed, json-ld, meta, url, text; empty when nowhere';
comment on column news.articles.language is 'ISO 639-1, empty when unknown';
comment on column news.articles.text is 'Paragraphs parted by blank lines';
comment on column news.articles.word_count is 'Words of the text';
comment on column news.articles.seen_at is 'When its page was fetched';
comment on column news.articles.is_current is 'True for the newest version of the address';
comment on column news.articles.clean_version is 'Version of the cleaning stage that made it';

create table news.stories (
    id uuid primary key,
    canonical_article_id uuid not null references news.articles (id),
    title text not null,
    article_count integer not null,
    publisher_count integer not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    group_version text not null
);
comment on table news.stories is 'One row per story: a report and its copies, wherever they were published';
comment on column news.stories.id is 'Hash of its first member';
comment on column news.stories.canonical_article_id is 'The member that the others derive from';
comment on column news.stories.title is 'Headline of the canonical member';
comment on column news.stories.article_count is 'Members';
comment on column news.stories.publisher_count is 'Distinct publishers among them';
comment on column news.stories.first_seen_at is 'When the first member was fetched';
comment on column news.stories.last_seen_at is 'When the last member was fetched';
comment on column news.stories.group_version is 'Version of the grouping stage that made it';

create table news.story_members (
    article_id uuid primary key references news.articles (id),
    story_id uuid not null references news.stories (id) deferrable initially deferred,
    relation text not null
    check (relation in ('canonical', 'copy', 'truncated', 'updated', 'excerpt', 'rewrite', 'digest')),
    score real not null,
    group_version text not null
);
create index story_members_by_story on news.story_members (story_id);
comment on table news.story_members is 'One row per article: the story it belongs to';
comment on column news.story_members.article_id is 'The article';
comment on column news.story_members.story_id is 'Its story';
comment on column news.story_members.relation is 'What it is to the canonical member';
comment on column news.story_members.score is 'Probability that it tells the story of the article it follows, 0 to 1';
comment on column news.story_members.group_version is 'Version of the grouping stage that decided';

create table news.story_matches (
    later_article_id uuid not null references news.articles (id),
    earlier_article_id uuid not null references news.articles (id),
    score double precision not null check (score between 0 and 1),
    primary key (later_article_id, earlier_article_id)
);
create index story_matches_by_earlier on news.story_matches (earlier_article_id);
comment on table news.story_matches is 'One row per pair of articles that tell the same story; stories hang together by the best of them';
comment on column news.story_matches.later_article_id is 'The one that appeared later';
comment on column news.story_matches.earlier_article_id is 'The one that appeared earlier';
comment on column news.story_matches.score is 'Probability that they tell the same story, 0 to 1';

create table news.sketches (
    shingle bigint not null,
    seen_at timestamptz not null,
    article_id uuid not null references news.articles (id),
    primary key (shingle, seen_at, article_id)
);
comment on table news.sketches is 'One row per sampled shingle of a grouped article: by these near-duplicates find each other';
comment on column news.sketches.shingle is '64-bit hash of a run of five words, as a signed number';
comment on column news.sketches.seen_at is 'When the article''s page was fetched';
comment on column news.sketches.article_id is 'The article';

create table news.templates (
    publisher text not null,
    paragraph bigint not null,
    learned_at timestamptz not null,
    primary key (publisher, paragraph)
);
comment on table news.templates is 'One row per paragraph that a publisher prints on several pages: furniture, skipped when articles are compared';
comment on column news.templates.publisher is 'The publisher';
comment on column news.templates.paragraph is '64-bit hash of the paragraph, as a signed number';
comment on column news.templates.learned_at is 'When it was found';

create table news.outcomes (
    stage text not null,
    item_id uuid not null,
    version text not null,
    is_rejected boolean not null,
    reason text not null default '',
    detail text not null default '',
    done_at timestamptz not null,
    primary key (stage, item_id)
);
create index outcomes_rejected on news.outcomes (stage, reason, done_at) where is_rejected;
comment on table news.outcomes is 'One row per stage and item: what the stage''s version made of it. An item without a row at the current version is pending';
comment on column news.outcomes.stage is 'fetch, clean, group or extract';
comment on column news.outcomes.item_id is 'The entry (fetch), page (clean) or article (group, extract)';
comment on column news.outcomes.version is 'Version of the stage that did it';
comment on column news.outcomes.is_rejected is 'True when the stage could not use the item';
comment on column news.outcomes.reason is 'Why not';
comment on column news.outcomes.detail is 'More on the reason';
comment on column news.outcomes.done_at is 'When';
