-- What is or was wrong with the desk, and who was told: one row is one outage, and one message for each way of telling.
create table news.alerts (
    id bigint generated always as identity primary key,
    kind text not null,
    subject text not null,
    detail text not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    told_to text[] not null default '{}',
    end_told_to text[] not null default '{}'
);
create unique index alerts_open on news.alerts (kind, subject) where closed_at is null;
create index alerts_by_closed_at on news.alerts (closed_at);
comment on table news.alerts is 'One row per outage that the desk noticed, open ones without closed_at';
comment on column news.alerts.id is 'Counts up';
comment on column news.alerts.kind is 'Which of the conditions of docs/alerts.md';
comment on column news.alerts.subject is 'What it is about: a feed group, a DAG; empty for the whole desk';
comment on column news.alerts.detail is 'What is the case, as of the last look';
comment on column news.alerts.opened_at is 'When it was noticed';
comment on column news.alerts.closed_at is 'When it was found to be over';
comment on column news.alerts.told_to is 'Channels that were told of it: log, smtp, webhook';
comment on column news.alerts.end_told_to is 'Channels that were told of its end';
