-- The open questions of a run, with what to call the act of each.
select
    question.id::text as id,
    question.event_id::text as event_id,
    event.event_type,
    event.imposers,
    event.targets
from sanctions.questions as question
inner join sanctions.event_versions as event on question.event_id = event.event_id and event.valid_to is null
where question.run_id = %(run_id)s and question.closed_at is null
order by event.confidence, event.event_id;
