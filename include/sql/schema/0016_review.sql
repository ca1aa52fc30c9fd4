-- Doubtful acts are put to people: what was asked and answered, and what a person changed of an act.
alter table sanctions.decisions
add column event_id uuid references sanctions.events (id),
add column changes jsonb,
add column revoked_at timestamptz,
add column revoked_by text,
drop constraint decisions_kind_check,
add constraint decisions_kind_check check (kind in ('merge', 'split', 'accept', 'reject', 'correct')),
add constraint decisions_changes_check check ((kind = 'correct') = (changes is not null));
create index decisions_by_event on sanctions.decisions (event_id);
comment on column sanctions.decisions.kind is 'merge: the reports of both sides are one act; split: no report of one side is of an act of the other; accept, reject, correct: the act of these reports is right, is none, is right with changes';
comment on column sanctions.decisions.event_id is 'The act that it was made on; null when it was made on reports alone';
comment on column sanctions.decisions.changes is 'For correct: by field what the act should say; later ones outweigh earlier ones field by field';
comment on column sanctions.decisions.revoked_at is 'When it was taken back';
comment on column sanctions.decisions.revoked_by is 'Who took it back';

alter table sanctions.events add column verdict_id uuid references sanctions.decisions (id);
create index events_by_verdict on sanctions.events (verdict_id) where verdict_id is not null;
create index events_pending on sanctions.events (confidence) where review_status = 'pending' and not is_withdrawn;
comment on column sanctions.events.verdict_id is 'The person''s decision that its review status is from; null when its confidence decided';

create table sanctions.questions (
    id uuid primary key,
    event_id uuid not null references sanctions.events (id),
    run_id text not null,
    asked_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > asked_at),
    mention_ids uuid[] not null,
    closed_at timestamptz,
    closed_by text,
    outcome text check (outcome in ('right', 'wrong', 'changed', 'merged', 'split', 'later', 'refused', 'lapsed')),
    reason text not null default '',
    check ((closed_at is null) = (outcome is null))
);
create unique index questions_open on sanctions.questions (event_id) where closed_at is null;
create index questions_by_event on sanctions.questions (event_id, asked_at);
comment on table sanctions.questions is 'One row per time that an act was put to people; an act has one open question at most';
comment on column sanctions.questions.id is 'Hash of the act and the run';
comment on column sanctions.questions.event_id is 'The act';
comment on column sanctions.questions.run_id is 'Run of the DAG review_events that asked';
comment on column sanctions.questions.asked_at is 'When';
comment on column sanctions.questions.expires_at is 'When it counts as unanswered, whatever became of the run';
comment on column sanctions.questions.mention_ids is 'The reports that were shown, in the order of their numbers from 1';
comment on column sanctions.questions.closed_at is 'When it was answered, or given up';
comment on column sanctions.questions.closed_by is 'Who answered; null when nobody did';
comment on column sanctions.questions.outcome is 'right, wrong, changed, merged, split: the answer, which is a row of decisions; later: nobody could or would say; refused: the answer could not be used; lapsed: no answer came';
comment on column sanctions.questions.reason is 'Why an answer was refused';
