-- One row per act that counts (a refused one does not), with its parties as JSON.
select
    event.event_id,
    event.event_date,
    event.event_type,
    event.event_class,
    event.modality,
    event.instrument,
    event.measures,
    event.objects,
    event.effective_date,
    (
        select coalesce(json_agg(party order by party.role, party.position), '[]')
        from sanctions.event_parties as party
        where party.event_id = event.event_id
    ) as parties
from mart.events as event
where not event.is_withdrawn and event.review_status <> 'rejected' and event.modality <> 'rejected'
order by event.event_id;
