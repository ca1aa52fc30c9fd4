-- Every event that counts has a target
-- soft
select count(*) as offending
from sanctions.events as event
where
    not event.is_withdrawn
    and not exists (
        select 1
        from sanctions.event_parties as party
        where party.event_id = event.id and party.role = 'target'
    );
