-- Writes measures of events; rows that are there already and alike are left alone.
insert into sanctions.event_measures as kept (event_id, position, measure_type, flow, objects)
select
    event_id,
    position,
    measure_type,
    flow,
    objects
from json_populate_recordset(null::sanctions.event_measures, %(rows)s)
on conflict (event_id, position) do update set
    measure_type = excluded.measure_type,
    flow = excluded.flow,
    objects = excluded.objects
-- noqa: disable=LT02
where
    row(kept.measure_type, kept.flow, kept.objects)
    is distinct from row(excluded.measure_type, excluded.flow, excluded.objects);
