-- What a rebuild read, and what each of it brought.
select
    source,
    name,
    position,
    is_done,
    found,
    entries_new,
    pages_new,
    skipped,
    reason,
    detail
from news.rebuild_sources
where rebuild_id = %(rebuild_id)s
order by source, name;
