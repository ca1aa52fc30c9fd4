-- Closes the present version of each of these acts whose row has changed.
update sanctions.event_versions as state
set valid_to = greatest(%(now)s, state.valid_from)
from sanctions.present_events as present
where
    state.event_id = any(%(ids)s::uuid[])
    and state.valid_to is null
    and state.event_id = present.event_id
    and to_jsonb(present) is distinct from to_jsonb(state) - '{version,valid_from,valid_to,change}'::text[];
