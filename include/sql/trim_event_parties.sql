-- Removes parties beyond an event's present number of them in a role.
delete from sanctions.event_parties as party
using json_to_recordset(%(rows)s) as event (id uuid, imposers integer, targets integer, actors integer)
where
    party.event_id = event.id
    and party.position >= case party.role
        when 'imposer' then event.imposers
        when 'target' then event.targets
        else event.actors
    end;
