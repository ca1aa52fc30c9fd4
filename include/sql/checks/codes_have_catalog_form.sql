-- Every code of a party is two to seven capital letters, digits or plus signs, as in the catalog of actors
-- hard
select count(*) as offending
from sanctions.event_parties
where code !~ '^[A-Z][A-Z0-9+]{1,6}$';
