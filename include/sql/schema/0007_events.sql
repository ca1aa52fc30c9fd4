-- Stories read once, acts that follow plans, and people's decisions on acts.
create table sanctions.copies_read (
    article_id uuid primary key references news.articles (id),
    canonical_article_id uuid not null references news.articles (id),
    is_inherited boolean not null
);
comment on table sanctions.copies_read is 'One row per article that was read as a copy; it is read again when its story has another canonical article';
comment on column sanctions.copies_read.article_id is 'The copy';
comment on column sanctions.copies_read.canonical_article_id is 'The article that it copies';
comment on column sanctions.copies_read.is_inherited is 'True when it took over that article''s mentions, false when what it adds or lacks made us read it';

alter table sanctions.events add column followed_by uuid references sanctions.events (id);
create index events_by_successor on sanctions.events (followed_by);
comment on column sanctions.events.followed_by is 'For a plan: the act that carried it out; null when none has yet';

create table sanctions.decisions (
    id uuid primary key,
    kind text not null check (kind in ('merge', 'split', 'accept', 'reject')),
    decided_at timestamptz not null,
    decided_by text not null,
    note text not null default '',
    is_revoked boolean not null default false
);
comment on table sanctions.decisions is 'One row per decision of a person on acts; a later one on the same reports outweighs it';
comment on column sanctions.decisions.id is 'Key';
comment on column sanctions.decisions.kind is 'merge: the reports of both sides are one act; split: no report of one side is of an act of the other; accept, reject: the act of these reports is right, is none';
comment on column sanctions.decisions.decided_at is 'When';
comment on column sanctions.decisions.decided_by is 'Who';
comment on column sanctions.decisions.note is 'Why';
comment on column sanctions.decisions.is_revoked is 'True when the person took it back';

create table sanctions.decision_reports (
    decision_id uuid not null references sanctions.decisions (id) on delete cascade,
    side text not null check (side in ('left', 'right')),
    article_id uuid not null references news.articles (id),
    event_class text not null,
    start_offset integer not null,
    end_offset integer not null,
    primary key (decision_id, side, article_id, event_class, start_offset)
);
create index decision_reports_by_article on sanctions.decision_reports (article_id);
comment on table sanctions.decision_reports is 'One row per report that a decision was made on: by its place in the text, since mentions get other ids when articles are read anew';
comment on column sanctions.decision_reports.decision_id is 'The decision';
comment on column sanctions.decision_reports.side is 'left or right, for merge and split; left for accept and reject';
comment on column sanctions.decision_reports.article_id is 'The article';
comment on column sanctions.decision_reports.event_class is 'Class of the act that it was read to report';
comment on column sanctions.decision_reports.start_offset is 'First character of its first sentence in the article''s text';
comment on column sanctions.decision_reports.end_offset is 'Character after its last one';
