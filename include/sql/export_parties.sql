-- One row per party of an act.
select
    event_id,
    role,
    position,
    name,
    kind,
    code,
    part
from sanctions.event_parties
order by event_id, role, position;
