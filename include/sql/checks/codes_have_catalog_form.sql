-- Every code of a party is two to ten capital letters, digits, plus or minus signs, as in the catalog of actors
-- hard
select count(*) as offending
from sanctions.event_parties
where code !~ '^[A-Z0-9][A-Z0-9+-]{1,9}$';
