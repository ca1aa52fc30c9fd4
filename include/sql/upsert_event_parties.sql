-- Writes parties of events; rows that are there already and alike are left alone.
insert into sanctions.event_parties as kept (event_id, role, position, name, kind, code, part)
select
    event_id,
    role,
    position,
    name,
    kind,
    code,
    part
from json_populate_recordset(null::sanctions.event_parties, %(rows)s)
on conflict (event_id, role, position) do update set
    name = excluded.name,
    kind = excluded.kind,
    code = excluded.code,
    part = excluded.part
-- noqa: disable=LT02
where
    row(kept.name, kept.kind, kept.code, kept.part)
    is distinct from row(excluded.name, excluded.kind, excluded.code, excluded.part);
