-- Moves a source on, unless somebody else did: then no row, and what was read again must not be counted again.
with totals as (
    select coalesce(jsonb_object_agg(counted.reason, counted.n), '{}') as skipped
    from (
        select
            each.reason,
            sum(each.n::integer) as n
        from news.rebuild_sources as kept, lateral (
            select * from jsonb_each_text(kept.skipped)
            union all
            select * from jsonb_each_text(%(skipped)s::jsonb)
        ) as each (reason, n)
        where kept.rebuild_id = %(rebuild_id)s and kept.source = %(source)s and kept.name = %(source_name)s
        group by each.reason
    ) as counted
)

update news.rebuild_sources as kept
set
    position = %(reached)s,
    is_done = %(is_done)s,
    found = kept.found + %(found)s,
    entries_new = kept.entries_new + %(entries_new)s,
    pages_new = kept.pages_new + %(pages_new)s,
    skipped = totals.skipped,
    reason = %(reason)s,
    detail = %(detail)s,
    updated_at = %(now)s
from totals
where
    kept.rebuild_id = %(rebuild_id)s
    and kept.source = %(source)s
    and kept.name = %(source_name)s
    and kept.position = %(position)s
    and not kept.is_done;
