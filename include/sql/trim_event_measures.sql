-- Removes measures beyond an event's present number of them.
delete from sanctions.event_measures as measure
using json_to_recordset(%(rows)s) as event (id uuid, measures integer)
where measure.event_id = event.id and measure.position >= event.measures;
