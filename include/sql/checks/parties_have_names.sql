-- Every party of an event has a name
-- hard
select count(*) as offending
from sanctions.event_parties
where trim(name) = '';
