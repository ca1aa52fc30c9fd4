-- One row per decision of a person on an act.
create or replace view mart.decisions as
select
    decision.id as decision_id,
    decision.kind,
    decision.decided_at,
    decision.decided_by,
    decision.note,
    decision.changes,
    decision.event_id,
    decision.is_revoked,
    decision.revoked_at,
    decision.revoked_by,
    event.imposers,
    event.event_type,
    event.targets,
    event.act_on,
    event.review_status,
    (
        select count(*)
        from sanctions.decision_reports as report
        where report.decision_id = decision.id
    ) as report_count,
    decision.id in (
        select decided.verdict_id
        from sanctions.events as decided
        where decided.verdict_id is not null
    ) as is_verdict
from sanctions.decisions as decision
left join sanctions.event_versions as event on decision.event_id = event.event_id and event.valid_to is null;
comment on view mart.decisions is 'One row per decision of a person on an act: who decided what, and when';
comment on column mart.decisions.decision_id is 'Key of the decision; `feedback revoke` takes it';
comment on column mart.decisions.kind is 'merge: with another act; split: some of its reports are of another; accept: right; reject: no act of sanctions; correct: right with changes';
comment on column mart.decisions.decided_at is 'When';
comment on column mart.decisions.decided_by is 'Who';
comment on column mart.decisions.note is 'Why';
comment on column mart.decisions.changes is 'For correct: by field what the act should say';
comment on column mart.decisions.event_id is 'The act that was looked at, as in mart.events; after a merge it may be withdrawn; null when the decision was made on reports alone';
comment on column mart.decisions.is_revoked is 'True when it was taken back';
comment on column mart.decisions.revoked_at is 'When it was taken back';
comment on column mart.decisions.revoked_by is 'Who took it back';
comment on column mart.decisions.imposers is 'Who imposes, as that act has it now';
comment on column mart.decisions.event_type is 'What kind of act, as it has it now';
comment on column mart.decisions.targets is 'Who is hit, as it has it now';
comment on column mart.decisions.act_on is 'Its day, as it has it now';
comment on column mart.decisions.review_status is 'accepted, pending or rejected, as it has it now';
comment on column mart.decisions.report_count is 'Reports that it was made on';
comment on column mart.decisions.is_verdict is 'True when the review status of an act is from it; false when it was revoked or outweighed, and for merge and split';
