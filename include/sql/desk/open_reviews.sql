-- The acts that wait for a person, the most doubtful first.
select
    event_id::text as event_id,
    confidence,
    imposers,
    targets,
    event_type,
    sentence
from mart.review_queue
order by confidence, event_id
limit %(max_rows)s;
