-- One row per party of an act that counts, whatever its roles.
select distinct
    party.name,
    party.kind,
    party.code
from sanctions.event_parties as party
inner join sanctions.events as event on party.event_id = event.id
where not event.is_withdrawn and event.review_status <> 'rejected' and event.modality <> 'rejected'
order by party.name, party.kind, party.code;
