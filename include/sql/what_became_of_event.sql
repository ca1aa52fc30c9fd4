-- The act that one went into, through as many others as it took; itself when it stands. No row when there is no such act.
with recursive path as (
    select
        id,
        merged_into,
        is_withdrawn
    from sanctions.events
    where id = %(event_id)s
    union
    select
        next.id,
        next.merged_into,
        next.is_withdrawn
    from path
    inner join sanctions.events as next on path.merged_into = next.id
)

select
    id::text as id,
    is_withdrawn
from path
where merged_into is null;
