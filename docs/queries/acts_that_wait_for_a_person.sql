-- Which acts are in doubt and wait for a person, and which sentence is to be read first?
select
    confidence,
    act_on,
    imposers,
    event_type,
    targets,
    sentence,
    publisher,
    url
from mart.review_queue
order by confidence, event_id
limit 100;
