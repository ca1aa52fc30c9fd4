-- One row per measure of an act.
select
    event_id,
    position,
    measure_type,
    flow,
    objects
from sanctions.event_measures
order by event_id, position;
