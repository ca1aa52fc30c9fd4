-- Notes which acts the reports of withdrawn ones went to.
update sanctions.events as event
set merged_into = merged.merged_into
from json_to_recordset(%(rows)s) as merged (id uuid, merged_into uuid)
where event.id = merged.id and event.is_withdrawn and event.merged_into is distinct from merged.merged_into;
