-- The acts that wait for a person, the most doubtful first, and since when a question on each is open.
select
    queued.event_id::text as event_id,
    queued.confidence,
    queued.imposers,
    queued.targets,
    queued.event_type,
    queued.sentence,
    question.asked_at
from mart.review_queue as queued
left join sanctions.questions as question on queued.event_id = question.event_id and question.closed_at is null
order by queued.confidence, queued.event_id
limit %(max_rows)s;
