-- Says what a stage's version made of items; rows that are there already and alike are left alone.
insert into news.outcomes as kept (stage, item_id, version, is_rejected, reason, detail, done_at)
select
    stage,
    item_id,
    version,
    is_rejected,
    reason,
    detail,
    done_at
from json_populate_recordset(null::news.outcomes, %(rows)s)
on conflict (stage, item_id) do update set
    version = excluded.version,
    is_rejected = excluded.is_rejected,
    reason = excluded.reason,
    detail = excluded.detail,
    done_at = excluded.done_at
-- noqa: disable=LT02
where
    row(kept.version, kept.is_rejected, kept.reason, kept.detail)
    is distinct from row(excluded.version, excluded.is_rejected, excluded.reason, excluded.detail);
