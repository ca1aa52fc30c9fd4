-- Says which act each mention reports.
update sanctions.event_mentions as mention
set event_id = assigned.event_id
from json_to_recordset(%(rows)s) as assigned (id uuid, event_id uuid)
where mention.id = assigned.id and mention.event_id is distinct from assigned.event_id;
