-- Says which act carried out each plan.
update sanctions.events as event
set followed_by = given.followed_by
from json_to_recordset(%(rows)s) as given (id uuid, followed_by uuid)
where event.id = given.id and event.followed_by is distinct from given.followed_by;
