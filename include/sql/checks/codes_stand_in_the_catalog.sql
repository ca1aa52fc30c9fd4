-- Every code of a party of an act that counts is one of the catalog of actors
-- soft
select count(*) as offending
from sanctions.event_parties as party
inner join sanctions.events as event on party.event_id = event.id
where not event.is_withdrawn and party.code <> all(%(codes)s::text[]);
