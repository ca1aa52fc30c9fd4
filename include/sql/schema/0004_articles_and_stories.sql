-- What else cleaning reads off a page, and why stories are what they are.
alter table news.articles
add column published_offset_minutes smallint,
add column modified_at timestamptz,
add column section text not null default '',
add column wire text not null default '',
add column wire_source text not null default '' check (
    wire_source in ('', 'dateline', 'byline', 'contributed', 'source')
),
add column form text not null default 'article' check (form in ('article', 'live', 'digest')),
add column is_truncated boolean not null default false;
comment on column news.articles.published_offset_minutes is
'How far the publisher''s clock was ahead of UTC at that time, as given; 0 when no zone was given, null without a time';
comment on column news.articles.modified_at is 'When the publisher last changed it, if after its publication';
comment on column news.articles.section is 'Section of the publisher, as printed';
comment on column news.articles.wire is 'Agency credited (Reuters, AP, ...); empty when none is';
comment on column news.articles.wire_source is 'Where the agency is credited: dateline, byline, contributed or source';
comment on column news.articles.form is 'article, live (grows by dated entries) or digest (put together from several reports)';
comment on column news.articles.is_truncated is 'True when the text is only the beginning of the article, as behind a paywall';

alter table news.stories
add column canonical_reason text not null default '';
comment on column news.stories.canonical_reason is
'Why that member: only_member, agency_page, holds_most_others or first_seen';

create table news.digest_parts (
    digest_article_id uuid not null references news.articles (id),
    part_article_id uuid not null references news.articles (id),
    primary key (digest_article_id, part_article_id)
);
create index digest_parts_by_part on news.digest_parts (part_article_id);
comment on table news.digest_parts is
'One row per digest and report that it is put together from: the digest is in neither''s story';
comment on column news.digest_parts.digest_article_id is 'The digest';
comment on column news.digest_parts.part_article_id is 'An article that tells a part of it';

create table news.story_changes (
    id bigint generated always as identity primary key,
    changed_at timestamptz not null,
    kind text not null check (kind in ('merged', 'split', 'renamed')),
    from_story_id uuid not null,
    into_story_id uuid not null,
    article_count integer not null,
    later_article_id uuid references news.articles (id),
    earlier_article_id uuid references news.articles (id),
    score double precision,
    group_version text not null
);
create index story_changes_by_from on news.story_changes (from_story_id);
create index story_changes_by_into on news.story_changes (into_story_id);
comment on table news.story_changes is
'One row per story whose articles went to another story: a diary of merges and splits, never changed';
comment on column news.story_changes.id is 'Running number';
comment on column news.story_changes.changed_at is 'When';
comment on column news.story_changes.kind is 'merged with another, split off it, or only renamed after an earlier first article';
comment on column news.story_changes.from_story_id is 'The story that the articles left';
comment on column news.story_changes.into_story_id is 'The story that they are in now';
comment on column news.story_changes.article_count is 'Articles that went';
comment on column news.story_changes.later_article_id is 'Of the match that ties them to the new story: the later article';
comment on column news.story_changes.earlier_article_id is 'Of that match: the earlier article';
comment on column news.story_changes.score is 'Of that match: the probability that both tell the same story';
comment on column news.story_changes.group_version is 'Version of the grouping stage that decided';

alter table news.templates
add column holds_from timestamptz not null default '-infinity';
comment on column news.templates.holds_from is
'Articles seen from then on are compared without it; -infinity for what was learned before the publisher was first grouped';
